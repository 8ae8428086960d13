import type { WindowId } from './policy.ts';

/** A walk through the windows while a modifier is held: most recently focused first, taken when it began. */
export interface Switcher {
  readonly ids: readonly WindowId[];
  readonly index: number;
  /** The stacking order to start every step from, so that windows only passed by fall back to their place. */
  readonly order: readonly WindowId[];
}

/** One step; the first goes from the focused window to the one before it. Null when there is nothing to walk. */
export function stepSwitcher(
  switcher: Switcher | null,
  step: 1 | -1,
  recent: readonly WindowId[],
  order: readonly WindowId[],
): Switcher | null {
  const walk = switcher ?? { ids: [...recent], index: 0, order: [...order] };
  if (walk.ids.length === 0) return null;
  const index = (walk.index + step + walk.ids.length) % walk.ids.length;
  return { ...walk, index };
}

export function candidateOf(switcher: Switcher | null): WindowId | null {
  return switcher?.ids[switcher.index] ?? null;
}

/** The walk without a window that has gone. */
export function withoutWindow(switcher: Switcher | null, id: WindowId): Switcher | null {
  if (!switcher) return null;
  const gone = switcher.ids.indexOf(id);
  if (gone < 0) return switcher;
  const ids = switcher.ids.filter((other) => other !== id);
  if (ids.length === 0) return null;
  const index = gone < switcher.index ? switcher.index - 1 : switcher.index % ids.length;
  return { ids, index, order: switcher.order.filter((other) => other !== id) };
}
