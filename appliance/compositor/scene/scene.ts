import type { OutputEvent, OutputLayout } from '../output/layout.ts';
import type { Output } from '../output/output.ts';
import { Listeners } from '../surface/listeners.ts';
import type { Surface } from '../surface/surface.ts';
import type { SurfaceChange, SurfaceSink } from '../surface/surface-sink.ts';
import { Cover } from './cover.ts';
import type { DrawList } from './display-list.ts';
import { hitTestLayers, type SceneHit } from './hit-test.ts';
import { OutputMembership } from './output-membership.ts';
import { OutputView } from './output-view.ts';
import { PendingFeedback } from './pending-feedback.ts';
import type { PixelBox } from './pixel-grid.ts';
import { type Background, LAYERS, type LayerName, type SceneItem } from './scene-item.ts';
import { RepeatKeys, unfoldItems } from './scene-node.ts';

export type { DrawList } from './display-list.ts';
export type { SceneHit } from './hit-test.ts';
export { PendingFeedback } from './pending-feedback.ts';
export type { Background, LayerName, SceneItem } from './scene-item.ts';

/** Applications that nobody can see are asked for a frame this often, so that they do not hang. */
const HIDDEN_FRAME_MS = 1000;
const DEFAULT_BACKGROUND = 0x20242c;

/**
 * What is shown where. Whoever places things sets whole layers; the scene finds out what differs. A commit that
 * moves nothing only adds its damage; anything else marks the arrangement stale, and it is made anew once, when it
 * is next asked for.
 */
export class Scene implements SurfaceSink {
  readonly #outputs: OutputLayout;
  readonly #clock: () => number;
  readonly #views = new Map<Output, OutputView>();
  readonly #layers = new Map<LayerName, readonly SceneItem[]>();
  readonly #repeats = new RepeatKeys();
  readonly #membership = new OutputMembership();
  readonly #damageListeners = new Listeners();
  readonly #arrangementListeners = new Listeners();
  /** Surfaces with frame callbacks or presentation feedback that no frame has taken yet, and since when. */
  readonly #waiting = new Map<Surface, number>();
  #roots = new Set<Surface>();
  #background: Background = DEFAULT_BACKGROUND;
  #cover: Cover | null = null;
  #covered = 0;
  #stale = true;
  #announced = false;
  #hiddenTimer: NodeJS.Timeout | null = null;
  readonly #disconnect: () => void;

  /** `clock` in ms, as frame callbacks tell it. */
  constructor(outputs: OutputLayout, clock: () => number) {
    this.#outputs = outputs;
    this.#clock = clock;
    for (const output of outputs.outputs) this.#views.set(output, new OutputView(output));
    this.#disconnect = outputs.onEvent((event) => this.#outputEvent(event));
  }

  /** A colour (0xRRGGBB) or an opaque image that covers each output. */
  setBackground(background: Background): void {
    this.#background = background;
    for (const view of this.#views.values()) view.damageAll();
    this.#rearrange();
  }

  /** Replaces a layer; items bottom to top. */
  setItems(layer: LayerName, items: readonly SceneItem[]): void {
    this.#layers.set(layer, items);
    this.#itemsChanged();
  }

  /** What is shown of a layer: nothing while the scene is covered, but for what lies on the cover. */
  items(layer: LayerName): readonly SceneItem[] {
    return this.#shown.get(layer) ?? [];
  }

  /**
   * From this call on nothing that was put into layers is shown or found by hitTest, until uncover(): every output
   * shows the colour (0xRRGGBB) and what setCoverItems() puts on it.
   * @param onHidden called once no terminal shows a picture from before
   */
  cover(colour: number, onHidden: () => void): void {
    this.#covered++;
    this.#cover = new Cover(colour, this.#outputs.outputs, onHidden);
    this.#coverChanged();
  }

  setCoverItems(items: readonly SceneItem[]): void {
    this.#cover?.setItems(items);
    this.#itemsChanged();
  }

  uncover(): void {
    if (!this.#cover) return;
    this.#cover = null;
    this.#coverChanged();
  }

  /** Counts the covers: what was composed under another count may hold what must not be shown any more. */
  get covered(): number {
    return this.#covered;
  }

  has(output: Output): boolean {
    return this.#views.has(output);
  }

  get isCovered(): boolean {
    return this.#cover !== null;
  }

  /** What takes input at a point in global logical pixels. */
  hitTest(x: number, y: number): SceneHit | null {
    return hitTestLayers(this.#shown, x, y);
  }

  /** Called once when there is something to draw or to answer, then not again before damage is taken. */
  onDamage(callback: () => void): () => void {
    return this.#damageListeners.add(callback);
  }

  /**
   * Called at each change of what lies where, whether frames are taken or not: what is under the pointer may be
   * another thing. In the middle of a commit, so do no more than note it.
   */
  onArrangement(callback: () => void): () => void {
    return this.#arrangementListeners.add(callback);
  }

  needsFrame(output: Output): boolean {
    const view = this.#arrangedView(output);
    if (view.hasDamage) return true;
    for (const surface of this.#waiting.keys()) if (view.shows(surface)) return true;
    return false;
  }

  /** Physical pixels [x, y, w, h]*, at most 32 rectangles within the output; empties it. */
  takeDamage(output: Output): Int32Array {
    this.#announced = false;
    return this.#arrangedView(output).takeDamage();
  }

  /** What takeDamage would return, in pixels. */
  damagedPixels(output: Output): number {
    return this.#arrangedView(output).damagedPixels;
  }

  /** Physical pixels [sx, sy, dx, dy, w, h]*: where moved things were in the last frame. To be taken before frameTaken. */
  takeCopies(output: Output): Int32Array {
    return this.#arrangedView(output).takeCopies();
  }

  /** For native/pixels.composite(); valid until the next commit. */
  displayList(output: Output): DrawList {
    return this.#arrangedView(output).drawList;
  }

  /** The output's picture has been composed: collects who waits for that. */
  frameTaken(output: Output): PendingFeedback {
    this.frameComposed(output);
    return this.takeFeedback(output);
  }

  /** As frameTaken, without collecting: who waits does so until takeFeedback. */
  frameComposed(output: Output): void {
    this.#announced = false;
    this.#arrangedView(output).frameTaken();
  }

  /**
   * @param complete the terminal will show nothing from before
   * @param holds a place of the output, in physical pixels: who is shown there waits on
   */
  takeFeedback(
    output: Output,
    complete = true,
    holds: (place: PixelBox) => boolean = () => false,
  ): PendingFeedback {
    this.#announced = false;
    const view = this.#arrangedView(output);
    const pending = new PendingFeedback(output);
    const cover = this.#cover;
    if (complete && cover?.awaits(output)) pending.onSeen(() => cover.seenOn(output));
    for (const surface of this.#waiting.keys()) {
      const place = view.placeOf(surface);
      if (!place || holds(place)) continue;
      if (this.#views.size > 1 && this.#mainView(surface) !== view) continue;
      this.#waiting.delete(surface);
      pending.add(surface);
    }
    if (this.#waiting.size > 0) this.#armHiddenTimer();
    return pending;
  }

  damageAll(output: Output): void {
    this.#arrangedView(output).damageAll();
    this.#announce();
  }

  /** Brings wl_surface.enter and leave up to date without taking a frame, as while no terminal is attached. */
  arrange(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const nodes = unfoldItems(this.#itemsBottomToTop(), this.#repeats);
    for (const view of this.#views.values())
      view.update(nodes, this.#cover?.colour ?? this.#background);
    const surfaces = nodes.flatMap((node) => (node.surface ? [node.surface] : []));
    this.#membership.update(surfaces, [...this.#views.values()]);
  }

  surfaceCreated(surface: Surface): void {
    const { primary } = this.#outputs;
    if (primary !== null) surface.setPreferredScale(primary.scale, primary.transform);
  }

  surfaceCommitted(surface: Surface, change: SurfaceChange): void {
    if ((change.geometry || change.opacity) && this.#roots.has(surface.rootSurface()))
      this.#rearrange();
    else if (change.input) this.#arrangementListeners.call();
    let damaged = false;
    for (const view of this.#views.values())
      if (view.surfaceDamaged(surface, change.damage)) damaged = true;
    if (change.awaited) this.#await(surface);
    if (damaged) this.#announce();
  }

  surfaceStackChanged(surface: Surface): void {
    if (this.#roots.has(surface.rootSurface())) this.#rearrange();
  }

  surfaceDestroyed(surface: Surface): void {
    this.#waiting.delete(surface);
    this.#membership.forget(surface);
    this.#rearrange();
  }

  [Symbol.dispose](): void {
    this.#disconnect();
    if (this.#hiddenTimer) clearTimeout(this.#hiddenTimer);
    this.#hiddenTimer = null;
  }

  get #shown(): ReadonlyMap<LayerName, readonly SceneItem[]> {
    return this.#cover?.layers ?? this.#layers;
  }

  #itemsChanged(): void {
    this.#roots = new Set();
    for (const items of this.#shown.values())
      for (const item of items) if (item.kind === 'surface') this.#roots.add(item.surface);
    this.#rearrange();
  }

  #coverChanged(): void {
    for (const view of this.#views.values()) view.damageAll();
    this.#itemsChanged();
  }

  *#itemsBottomToTop(): Generator<SceneItem> {
    for (const layer of LAYERS) yield* this.items(layer);
  }

  #arrangedView(output: Output): OutputView {
    this.arrange();
    const view = this.#views.get(output);
    if (view === undefined) throw new RangeError(`output ${output.name} is not part of the scene`);
    return view;
  }

  #rearrange(): void {
    this.#stale = true;
    this.#announce();
    this.#arrangementListeners.call();
  }

  #announce(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#damageListeners.call();
  }

  #await(surface: Surface): void {
    if (!this.#waiting.has(surface)) this.#waiting.set(surface, performance.now());
    if (this.#stale || this.#isShown(surface)) this.#announce();
    else this.#armHiddenTimer();
  }

  #isShown(surface: Surface): boolean {
    for (const view of this.#views.values()) if (view.shows(surface)) return true;
    return false;
  }

  /** The output that shows most of it: its refresh is the surface's. */
  #mainView(surface: Surface): OutputView | null {
    let main: OutputView | null = null;
    let most = -1;
    for (const view of this.#views.values()) {
      const area = view.shownArea(surface);
      if (area === null || area <= most) continue;
      main = view;
      most = area;
    }
    return main;
  }

  #armHiddenTimer(delayMs = HIDDEN_FRAME_MS): void {
    this.#hiddenTimer ??= setTimeout(() => this.#answerHidden(), delayMs).unref();
  }

  /** A window that is about to be shown, as soon as it has its size, must not be told that it was because others wait. */
  #answerHidden(): void {
    this.#hiddenTimer = null;
    this.arrange();
    const now = performance.now();
    for (const [surface, since] of this.#waiting) {
      if (this.#isShown(surface)) continue;
      const leftMs = since + HIDDEN_FRAME_MS - now;
      // Those who came later have longer to wait.
      if (leftMs > 0) return this.#armHiddenTimer(leftMs);
      this.#waiting.delete(surface);
      for (const callback of surface.takeFrameCallbacks()) callback.sendDone(this.#clock() >>> 0);
      for (const feedback of surface.takeFeedbacks()) feedback.discard();
    }
  }

  #outputEvent(event: OutputEvent): void {
    const { output } = event;
    if (event.kind === 'usable') return;
    if (event.kind === 'bound') {
      this.#membership.outputBound(output, event.resource);
      return;
    }
    if (event.kind === 'added') this.#views.set(output, new OutputView(output));
    else if (event.kind === 'removed') {
      this.#views.delete(output);
      this.#membership.outputRemoved(output);
      this.#cover?.seenOn(output);
    } else this.#views.get(output)?.outputChanged();
    this.#rearrange();
  }
}
