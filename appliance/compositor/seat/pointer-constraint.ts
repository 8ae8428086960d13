import type {
  ZwpConfinedPointerV1,
  ZwpLockedPointerV1,
} from '../../../protocol/wayland/generated/pointer-constraints.ts';
import type { Rect } from '../region/rect.ts';
import { Region } from '../region/region.ts';
import type { Surface } from '../surface/surface.ts';
import { nearestInside, type Point } from './confine.ts';

export type ConstraintResource =
  | { kind: 'lock'; resource: ZwpLockedPointerV1 }
  | { kind: 'confine'; resource: ZwpConfinedPointerV1 };

/** waiting: for the surface to have pointer and keyboard. spent: a oneshot constraint that was active once. */
type Phase = 'waiting' | 'active' | 'spent';

/** One lock or confinement of the pointer to a surface. */
export class PointerConstraint {
  readonly surface: Surface;
  readonly #target: ConstraintResource;
  readonly #oneshot: boolean;
  #phase: Phase = 'waiting';
  #region: Region | null;
  #pendingRegion: Region | null | undefined;
  #pendingHint: Point | undefined;
  /** Where the client draws its own pointer, surface-local. */
  hint: Point | null = null;

  constructor(
    target: ConstraintResource,
    surface: Surface,
    region: Region | null,
    oneshot: boolean,
  ) {
    this.#target = target;
    this.surface = surface;
    this.#region = region;
    this.#oneshot = oneshot;
  }

  get kind(): 'lock' | 'confine' {
    return this.#target.kind;
  }

  /** A region and a hint take effect with the surface's next commit. */
  setRegion(region: Region | null): void {
    this.#pendingRegion = region;
  }

  setHint(hint: Point): void {
    this.#pendingHint = hint;
  }

  commit(): void {
    if (this.#pendingRegion !== undefined) this.#region = this.#pendingRegion;
    if (this.#pendingHint) this.hint = this.#pendingHint;
    this.#pendingRegion = undefined;
    this.#pendingHint = undefined;
  }

  /** @returns whether it is active now @param x surface-local, as y */
  activate(x: number, y: number): boolean {
    if (this.#phase !== 'waiting' || !this.#allows(x, y)) return false;
    this.#phase = 'active';
    if (this.#target.kind === 'lock') this.#target.resource.sendLocked();
    else this.#target.resource.sendConfined();
    return true;
  }

  deactivate(): void {
    if (this.#phase !== 'active') return;
    this.#phase = this.#oneshot ? 'spent' : 'waiting';
    if (this.#target.kind === 'lock') this.#target.resource.sendUnlocked();
    else this.#target.resource.sendUnconfined();
  }

  /** Where a movement to `to` ends; surface-local. */
  bend(from: Point, to: Point): Point {
    return this.kind === 'lock' ? from : nearestInside(this.#rects(), to.x, to.y);
  }

  #allows(x: number, y: number): boolean {
    return this.surface.acceptsInput(x, y) && (this.#region?.contains(x, y) ?? true);
  }

  /** Where the surface takes input and the client wants the pointer to be. */
  #rects(): Rect[] {
    const { width, height, current } = this.surface;
    let region = Region.fromBox(0, 0, width, height);
    for (const limit of [current.input, this.#region]) {
      if (limit) region = region.intersect(limit);
    }
    return rectsOf(region);
  }
}

function rectsOf({ boxes }: Region): Rect[] {
  const rects: Rect[] = [];
  for (let i = 0; i < boxes.length; i += 4) {
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes.slice(i, i + 4);
    rects.push({ x: left, y: top, width: right - left, height: bottom - top });
  }
  return rects;
}
