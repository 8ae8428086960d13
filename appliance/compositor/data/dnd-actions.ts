import { WlDataDeviceManagerDndAction as Action } from '../../../protocol/wayland/generated/wayland.ts';

const ALL = Action.copy | Action.move | Action.ask;
/** What is chosen where the target has no preference. */
const BY_RANK = [Action.copy, Action.move, Action.ask] as const;

/** A mask of known actions. */
export function isActionMask(mask: number): boolean {
  return (mask & ~ALL) === 0;
}

/** One action of the mask, or none. */
export function isPreferredAction(action: number, mask: number): boolean {
  if (action === Action.none) return true;
  return BY_RANK.some((known) => known === action) && (mask & action) !== 0;
}

/** What both sides agree on: the target's preference where the source can do it, else the mildest. */
export function agreeOnAction(source: number, target: number, preferred: number): number {
  const both = source & target;
  if ((both & preferred) !== 0) return preferred;
  return BY_RANK.find((action) => (both & action) !== 0) ?? Action.none;
}
