import {
  type FloatingWindow,
  floatingFrameAt,
  frameAt,
  geometryIn,
  hasTitleBar,
  setMode,
} from './floating-window.ts';
import { centreOf, contains, overlap, type Point, type Rect, sameRect } from './geometry.ts';
import { MonitorLayouts, outputOfMonitor, sameMonitors, successors } from './monitor-layouts.ts';
import { cascaded, overParent, reachable } from './placement.ts';
import type { OutputInfo, WindowId } from './policy.ts';
import { refit, restore, squeeze } from './refit.ts';
import { type Mode, modeFrame } from './snap.ts';
import { ancestry, raised, remembered, withParentsBelow } from './stacking.ts';
import { TITLE_BAR_HEIGHT } from './title-bar-layout.ts';

const MAX_FORMER = 64;

const nowhere: OutputInfo = {
  id: -1,
  monitor: '',
  area: { x: 0, y: 0, width: 1, height: 1 },
  usable: { x: 0, y: 0, width: 1, height: 1 },
};

/** The windows of the floating policy: where they are, what is above what, which one has the focus. */
export class Desk {
  readonly windows = new Map<WindowId, FloatingWindow>();
  outputs: readonly OutputInfo[] = [];
  /** Mapped windows, bottom to top. */
  order: WindowId[] = [];
  /** Mapped windows, most recently focused first. */
  recent: WindowId[] = [];
  focus: WindowId | null = null;
  /** Where windows were that closed last: one that is mapped again comes back there. */
  readonly #former = new Map<WindowId, Point>();
  readonly #layouts = new MonitorLayouts();
  /** The user has done something since the monitors became these: only then they are worth remembering. */
  #used = false;

  readonly parentOf = (id: WindowId): WindowId | null => {
    const parent = this.windows.get(id)?.info.parent ?? null;
    return parent !== null && this.windows.get(parent)?.mapped ? parent : null;
  };

  mapped(id: WindowId): FloatingWindow | null {
    const window = this.windows.get(id);
    return window?.mapped ? window : null;
  }

  /** The output that holds most of the window, or the one it was last on, or the first. */
  outputOf(window: FloatingWindow): OutputInfo {
    if (window.mode === 'floating' && window.at) {
      const frame = frameAt(window, window.at);
      const best = [...this.outputs].sort(
        (a, b) => overlap(b.area, frame) - overlap(a.area, frame),
      )[0];
      if (best && overlap(best.area, frame) > 0) return best;
    }
    return (
      this.outputs.find(({ id }) => id === window.output) ??
      this.outputs.find(({ id }) => id === this.#focusedOutput()) ??
      this.outputs[0] ??
      nowhere
    );
  }

  outputAt(at: Point): OutputInfo {
    return this.outputs.find(({ area }) => contains(area, at)) ?? this.outputs[0] ?? nowhere;
  }

  /** Where the user works. */
  #focusedOutput(): number | null {
    const window = this.focus === null ? null : this.mapped(this.focus);
    if (!window) return null;
    if (window.mode !== 'floating' || !window.at) return window.output;
    return this.outputAt(centreOf(frameAt(window, window.at))).id;
  }

  /** The frame that the window's mode dictates; null while floating. */
  dictatedFrame(window: FloatingWindow): Rect | null {
    const { area, usable } = this.outputOf(window);
    return modeFrame(window.mode, area, usable);
  }

  /** Puts a window that has never had a place where new windows go. */
  place(window: FloatingWindow): void {
    const former = this.#former.get(window.info.id);
    if (former) {
      this.#former.delete(window.info.id);
      window.at = former;
      this.#keepReachable(window);
      return;
    }
    const { usable } = this.outputOf(window);
    if (this.outputs.length > 0) squeeze(window, usable);
    const { width, height } = floatingFrameAt(window, { x: 0, y: 0 });
    const size = { width, height };
    const parent = window.info.parent === null ? null : this.mapped(window.info.parent);
    const corner = parent?.at
      ? overParent(size, this.shownFrame(parent), usable)
      : cascaded(size, usable, this.#takenCorners(window));
    const { x, y } = geometryIn(window, { ...corner, ...size });
    window.at = { x, y };
  }

  #takenCorners(except: FloatingWindow): Point[] {
    return [...this.windows.values()]
      .filter((other) => other !== except && other.mapped && other.at !== null)
      .filter((other) => other.mode === 'floating' && !other.minimized)
      .map((other) => frameAt(other, other.at ?? { x: 0, y: 0 }));
  }

  /** The frame on screen, whatever the mode. */
  shownFrame(window: FloatingWindow): Rect {
    const dictated = this.dictatedFrame(window);
    if (!dictated) return frameAt(window, window.at ?? { x: 0, y: 0 });
    return frameAt(window, geometryIn(window, dictated));
  }

  setMode(window: FloatingWindow, mode: Mode): void {
    window.output = this.outputOf(window).id;
    setMode(window, mode);
  }

  raise(id: WindowId): void {
    this.order = raised(this.order, id, this.parentOf);
  }

  keepParentsBelow(): void {
    this.order = withParentsBelow(this.order, this.parentOf);
  }

  activate(id: WindowId): void {
    const window = this.mapped(id);
    if (!window) return;
    for (const member of ancestry(id, this.parentOf)) {
      const ancestor = this.windows.get(member);
      if (ancestor) ancestor.minimized = false;
    }
    this.raise(id);
    this.recent = remembered(this.recent, id);
    this.focus = id;
  }

  /** Gives the focus to the most recent window that can be seen. */
  focusNext(): void {
    const next = this.recent.find((id) => this.isShown(id));
    this.focus = null;
    if (next !== undefined) this.activate(next);
  }

  isShown(id: WindowId): boolean {
    return ancestry(id, this.parentOf).every((member) => !this.windows.get(member)?.minimized);
  }

  minimize(id: WindowId): void {
    const window = this.mapped(id);
    if (!window) return;
    window.minimized = true;
    if (this.focus !== null && !this.isShown(this.focus)) this.focusNext();
  }

  remove(id: WindowId): void {
    const at = this.mapped(id)?.at;
    if (at) this.#former.set(id, at);
    for (const oldest of this.#former.keys()) {
      if (this.#former.size <= MAX_FORMER) break;
      this.#former.delete(oldest);
    }
    this.windows.delete(id);
    this.#layouts.forget(id);
    this.order = this.order.filter((other) => other !== id);
    this.recent = this.recent.filter((other) => other !== id);
    if (this.focus === id) this.focusNext();
  }

  /** Notes that where windows are now is what the user made of it. */
  touch(): void {
    this.#used = true;
  }

  /**
   * Windows go back where they were if they have been on these monitors before. Others keep their share of an output
   * that changed its size; nothing is out of reach or larger than its screen.
   */
  setOutputs(outputs: readonly OutputInfo[]): void {
    const mapped = [...this.windows.values()].filter((window) => window.mapped);
    const former = new Map(mapped.map((window) => [window, this.outputOf(window)]));
    const others = !sameMonitors(this.outputs, outputs);
    if (others && this.#used) this.#layouts.keep(this.outputs, mapped, (one) => this.outputOf(one));
    if (others) this.#used = false;
    const now = successors(this.outputs, outputs);
    this.outputs = outputs;
    for (const window of this.windows.values())
      if (window.output !== null) window.output = now.get(window.output)?.id ?? null;
    for (const [window, { id, usable }] of former) {
      if (others && this.#restore(window)) continue;
      // What was on a screen that is gone goes to the first one.
      this.#follow(window, usable, now.get(id) ?? outputs[0]);
    }
  }

  #follow(window: FloatingWindow, usable: Rect, now: OutputInfo | undefined): void {
    if (now && !sameRect(now.usable, usable)) refit(window, usable, now.usable);
    this.#keepReachable(window);
  }

  #restore(window: FloatingWindow): boolean {
    const place = this.#layouts.placeOn(this.outputs, window.info.id);
    return place !== null && restore(window, place, outputOfMonitor(this.outputs, place.monitor));
  }

  #keepReachable(window: FloatingWindow): void {
    if (!window.at || this.outputs.length === 0) return;
    const { usable } = this.outputAt(centreOf(floatingFrameAt(window, window.at)));
    const { width, height } = floatingFrameAt(window, window.at);
    const isTooLarge = width > usable.width || height > usable.height;
    if (isTooLarge && window.mode === 'floating') squeeze(window, usable);
    const corner = reachable(floatingFrameAt(window, window.at), usable);
    window.at = { x: corner.x, y: corner.y + (hasTitleBar(window) ? TITLE_BAR_HEIGHT : 0) };
  }
}
