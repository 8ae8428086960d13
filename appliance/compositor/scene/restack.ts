/**
 * Which places of a sequence to move so that the rest is in rising order, moving as few as possible.
 * @param ranks distinct numbers: each element's rank before, in its new order
 * @returns indexes into `ranks`
 */
export function findRestacked(ranks: readonly number[]): number[] {
  if (isRising(ranks)) return [];
  const tails: number[] = []; // index of the smallest last rank of a rising run of each length
  const previous = new Array<number>(ranks.length).fill(-1);
  ranks.forEach((rank, index) => {
    const length = runLength(ranks, tails, rank);
    previous[index] = length > 0 ? (tails[length - 1] as number) : -1;
    tails[length] = index;
  });
  const kept = new Set<number>();
  for (let at = tails[tails.length - 1] ?? -1; at >= 0; at = previous[at] as number) kept.add(at);
  return [...ranks.keys()].filter((index) => !kept.has(index));
}

function isRising(ranks: readonly number[]): boolean {
  return ranks.every((rank, i) => i === 0 || rank > (ranks[i - 1] as number));
}

function runLength(ranks: readonly number[], tails: readonly number[], rank: number): number {
  let low = 0;
  let high = tails.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranks[tails[middle] as number] as number) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
