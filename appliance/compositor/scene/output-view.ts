import type { Output } from '../output/output.ts';
import { DamageList } from '../region/damage-list.ts';
import { fromUpright, swapsAxes } from '../region/transform.ts';
import type { Surface } from '../surface/surface.ts';
import { CopyHints } from './copy-hints.ts';
import { DisplayList, type DrawList, type ScreenShape } from './display-list.ts';
import { markHidden } from './occlusion.ts';
import { boxToRect, equalBoxes, isOutside, type PixelBox, toPixels } from './pixel-grid.ts';
import { Placement } from './placement.ts';
import { findRestacked } from './restack.ts';
import type { Background } from './scene-item.ts';
import type { SceneNode } from './scene-node.ts';

const MAX_DAMAGE_RECTS = 32;

/** The scene as one output shows it: what lies where, what has changed, what to paint. */
export class OutputView {
  readonly output: Output;
  readonly #damage = new DamageList(MAX_DAMAGE_RECTS);
  readonly #scratch = new DamageList(MAX_DAMAGE_RECTS);
  readonly #displayList = new DisplayList();
  #placements: Placement[] = [];
  #byKey = new Map<unknown, Placement>();
  #screen: ScreenShape;
  #moved = false;

  constructor(output: Output) {
    this.output = output;
    this.#screen = shapeOf(output);
    this.damageAll();
  }

  /** The output has another size, scale or place. */
  outputChanged(): void {
    this.#screen = shapeOf(this.output);
    this.#placements = [];
    this.#byKey.clear();
    this.damageAll();
  }

  get hasDamage(): boolean {
    return !this.#damage.isEmpty;
  }

  get drawList(): DrawList {
    return this.#displayList;
  }

  damageAll(): void {
    this.#damage.clear();
    this.#damage.addBox(0, 0, this.output.widthPx, this.output.heightPx);
  }

  /** x, y, width, height per rectangle in the order of the terminal's memory. */
  takeDamage(): Int32Array {
    const rects = this.#damage.toRects();
    this.#damage.clear();
    return rects;
  }

  get damagedPixels(): number {
    const rects = this.#damage.toRects();
    let pixels = 0;
    for (let i = 0; i < rects.length; i += 4) pixels += (rects[i + 2] ?? 0) * (rects[i + 3] ?? 0);
    return pixels;
  }

  contains(surface: Surface): boolean {
    const placement = this.#byKey.get(surface);
    return placement !== undefined && !this.#isOutside(placement);
  }

  shows(surface: Surface): boolean {
    return this.#byKey.get(surface)?.hidden === false;
  }

  /** Where the surface lies in upright pixels, perhaps over the edge; null when none of it is shown. */
  placeOf(surface: Surface): PixelBox | null {
    const placement = this.#byKey.get(surface);
    return placement?.hidden === false ? placement : null;
  }

  /** How much of the surface lies on this output, in logical pixels, 0 for one that is too small; null when it is not shown. */
  shownArea(surface: Surface): number | null {
    const place = this.placeOf(surface);
    if (!place) return null;
    const width = Math.min(place.right, this.#screen.width) - Math.max(place.left, 0);
    const height = Math.min(place.bottom, this.#screen.height) - Math.max(place.top, 0);
    return (Math.max(0, width) * Math.max(0, height)) / this.output.scale ** 2;
  }

  /** The fast path: a commit that moved nothing. @returns true when there is something to paint */
  surfaceDamaged(surface: Surface, damage: DamageList): boolean {
    const placement = this.#byKey.get(surface);
    if (placement === undefined || placement.hidden) return false;
    const { content } = surface.current.buffer ?? {};
    if (placement.sourceIndex >= 0 && content?.kind === 'pixels')
      this.#displayList.sources[placement.sourceIndex] = content.source;
    if (damage.isEmpty) return false;
    this.#scratch.clear();
    placement.addDamage(this.#scratch, damage);
    const { boxes, length } = this.#scratch;
    for (let i = 0; i < length; i += 4)
      this.#addDamage(
        boxes[i] as number,
        boxes[i + 1] as number,
        boxes[i + 2] as number,
        boxes[i + 3] as number,
      );
    return length > 0;
  }

  /** Takes a new arrangement: damages what differs from the one before and writes the display list anew. */
  update(nodes: readonly SceneNode[], background: Background): void {
    const before = this.#byKey;
    const { logical, scale } = this.output;
    this.#placements = [];
    this.#byKey = new Map();
    for (const node of nodes) {
      const placement = new Placement(node, toPixels(node, logical, scale));
      this.#placements.push(placement);
      this.#byKey.set(node.key, placement);
    }
    const covered = markHidden(this.#placements, this.#screen.width, this.#screen.height);
    this.#damageDifferences(before);
    this.#writeDisplayList(covered ? null : background);
    this.#moved = true;
  }

  /** Where to copy from instead of painting; see CopyHints. */
  takeCopies(): Int32Array {
    if (!this.#moved) return CopyHints.none;
    const hints = new CopyHints(this.#screen);
    for (const placement of this.#placements)
      if (!placement.hidden && placement.shown !== null) hints.add(placement.shown, placement);
    return hints.toArray();
  }

  /** What is placed now is what the terminal shows from now on. */
  frameTaken(): void {
    if (!this.#moved) return;
    this.#moved = false;
    for (const placement of this.#placements) placement.shown = placement.hidden ? null : placement;
  }

  #damageDifferences(before: Map<unknown, Placement>): void {
    const kept: Placement[] = [];
    const ranks: number[] = [];
    const rankBefore = new Map([...before.keys()].map((key, rank) => [key, rank]));
    for (const placement of this.#placements) {
      const { key } = placement.node;
      const old = before.get(key);
      before.delete(key);
      if (old === undefined) {
        this.#damageBox(placement);
        continue;
      }
      placement.shown = old.shown;
      kept.push(placement);
      ranks.push(rankBefore.get(key) as number);
      if (!equalBoxes(old, placement)) {
        this.#damageBox(old);
        this.#damageBox(placement);
      } else if (old.node.opaque !== placement.node.opaque || (old.hidden && !placement.hidden))
        this.#damageBox(placement);
    }
    for (const gone of before.values()) this.#damageBox(gone);
    for (const index of findRestacked(ranks)) this.#damageBox(kept[index] as Placement);
  }

  #writeDisplayList(background: Background | null): void {
    const list = this.#displayList;
    list.begin();
    if (background !== null) list.addBackground(background, this.#screen);
    for (const placement of this.#placements)
      if (!placement.hidden) list.addPlacement(placement, this.#screen);
    list.end();
  }

  #isOutside(box: PixelBox): boolean {
    return isOutside(box, this.#screen.width, this.#screen.height);
  }

  #damageBox(box: PixelBox): void {
    this.#addDamage(box.left, box.top, box.right, box.bottom);
  }

  #addDamage(left: number, top: number, right: number, bottom: number): void {
    const { width, height, transform } = this.#screen;
    const l = Math.max(0, left);
    const t = Math.max(0, top);
    const r = Math.min(width, right);
    const b = Math.min(height, bottom);
    if (r <= l || b <= t) return;
    if (transform === 0) this.#damage.addBox(l, t, r, b);
    else {
      const box = boxToRect({ left: l, top: t, right: r, bottom: b });
      this.#damage.addRect(fromUpright(box, transform, width, height));
    }
  }
}

function shapeOf(output: Output): ScreenShape {
  const { widthPx, heightPx, transform } = output;
  const swap = swapsAxes(transform);
  return { transform, width: swap ? heightPx : widthPx, height: swap ? widthPx : heightPx };
}
