import type { FloatingWindow } from './floating-window.ts';
import type { Point, Rect, Size } from './geometry.ts';
import type { OutputId, OutputInfo, WindowId } from './policy.ts';
import type { Mode } from './snap.ts';

/** More desks than a person has. */
const MAX_SETS = 16;

/** Where a window was on a set of monitors. */
export interface WindowPlace {
  readonly at: Point;
  readonly size: Size;
  /** What the user or the client chose; larger than `size` where that did not fit. */
  readonly own: Size;
  readonly mode: Mode;
  /** Which monitor of the set. */
  readonly monitor: string;
  /** What panels left of it. */
  readonly usable: Rect;
}

type Layout = Map<WindowId, WindowPlace>;

/**
 * Where windows were on the sets of monitors that the user worked at. A monitor is known by what it is and its place
 * among the others, not by what it is plugged into: the same desk is the same set whichever terminal stands on it.
 */
export class MonitorLayouts {
  /** The set that was left last is the last. */
  readonly #layouts = new Map<string, Layout>();

  keep(
    outputs: readonly OutputInfo[],
    windows: Iterable<FloatingWindow>,
    outputOf: (window: FloatingWindow) => OutputInfo,
  ): void {
    const layout: Layout = new Map();
    for (const window of windows) {
      const place = placeOf(window, outputOf(window));
      if (place) layout.set(window.info.id, place);
    }
    const key = setKey(outputs);
    this.#layouts.delete(key);
    if (layout.size > 0) this.#layouts.set(key, layout);
    for (const oldest of this.#layouts.keys()) {
      if (this.#layouts.size <= MAX_SETS) break;
      this.#layouts.delete(oldest);
    }
  }

  /** Null where the window has not been on these monitors. */
  placeOn(outputs: readonly OutputInfo[], id: WindowId): WindowPlace | null {
    return this.#layouts.get(setKey(outputs))?.get(id) ?? null;
  }

  forget(id: WindowId): void {
    for (const [key, layout] of this.#layouts)
      if (layout.delete(id) && layout.size === 0) this.#layouts.delete(key);
  }
}

export function sameMonitors(a: readonly OutputInfo[], b: readonly OutputInfo[]): boolean {
  return setKey(a) === setKey(b);
}

/** The output that is this monitor; ids are a terminal's own and say nothing on another one. */
export function outputOfMonitor(outputs: readonly OutputInfo[], monitor: string): OutputId | null {
  return outputs.find((output) => monitorKey(output) === monitor)?.id ?? null;
}

/**
 * Which output each one is now, by its id before: the same monitor at the same place, else the only one of its kind,
 * else what has its id and is no other's. Those that are gone are not in it.
 */
export function successors(
  before: readonly OutputInfo[],
  after: readonly OutputInfo[],
): Map<OutputId, OutputInfo> {
  const found = new Map<OutputId, OutputInfo>();
  const match = (isSame: (former: OutputInfo, now: OutputInfo) => boolean): void => {
    const taken = new Set(found.values());
    const free = after.filter((now) => !taken.has(now));
    const lost = before.filter(({ id }) => !found.has(id));
    for (const former of lost) {
      const [now, ...more] = free.filter((one) => isSame(former, one));
      const rivals = now ? lost.filter((other) => isSame(other, now)) : [];
      if (now && more.length === 0 && rivals.length === 1) found.set(former.id, now);
    }
  };
  match((former, now) => monitorKey(former) === monitorKey(now));
  match((former, now) => former.monitor === now.monitor);
  match((former, now) => former.id === now.id);
  return found;
}

function placeOf(window: FloatingWindow, output: OutputInfo): WindowPlace | null {
  if (!window.mapped || !window.at) return null;
  const size = window.size ?? window.actual;
  return {
    at: window.at,
    size,
    own: window.squeeze?.own ?? size,
    mode: window.mode === 'fullscreen' ? window.modeBelow : window.mode,
    monitor: monitorKey(output),
    usable: output.usable,
  };
}

function setKey(outputs: readonly OutputInfo[]): string {
  return outputs.map(monitorKey).sort().join();
}

function monitorKey({ monitor, area: { x, y, width, height } }: OutputInfo): string {
  return JSON.stringify([monitor, x, y, width, height]);
}
