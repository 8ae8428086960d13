import type { WindowId } from './policy.ts';

/** The parent of each window, as the policy knows it. */
export type ParentOf = (id: WindowId) => WindowId | null;

/** The window and its ancestors, outermost last; safe against a cycle. */
export function ancestry(id: WindowId, parentOf: ParentOf): WindowId[] {
  const chain: WindowId[] = [];
  for (let at: WindowId | null = id; at !== null && !chain.includes(at); at = parentOf(at)) {
    chain.push(at);
  }
  return chain;
}

/**
 * A new bottom-to-top order in which the whole family of `id` (its outermost ancestor and all descendants) is on top,
 * `id` and its descendants last, and every window above its parent.
 */
export function raised(order: readonly WindowId[], id: WindowId, parentOf: ParentOf): WindowId[] {
  const chain = ancestry(id, parentOf);
  const root = chain.at(-1);
  const family = order.filter((other) => ancestry(other, parentOf).at(-1) === root);
  const rest = order.filter((other) => !family.includes(other));
  const branch = family.filter((other) => ancestry(other, parentOf).includes(id));
  const before = family.filter((other) => !branch.includes(other));
  return [...rest, ...withParentsBelow([...before, ...branch], parentOf)];
}

/** The same windows, moved up only as far as needed for every child to be above its parent. */
export function withParentsBelow(order: readonly WindowId[], parentOf: ParentOf): WindowId[] {
  const result: WindowId[] = [];
  for (const id of order) {
    for (const member of ancestry(id, parentOf).reverse()) {
      if (order.includes(member) && !result.includes(member)) result.push(member);
    }
  }
  return result;
}

/** Most recently focused first. */
export function remembered(recent: readonly WindowId[], id: WindowId): WindowId[] {
  return [id, ...recent.filter((other) => other !== id)];
}
