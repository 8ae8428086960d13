/**
 * How often a mean difference like the one between two samples comes about by chance alone: a permutation test with
 * both tails. Small values mean that they can be told apart.
 */
export function chanceOfDifference(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const seen = Math.abs(mean(a) - mean(b));
  const rounds = 4000;
  const random = generator(12345);
  let asLarge = 0;
  for (let round = 0; round < rounds; round++) {
    shuffle(all, random);
    const difference = Math.abs(mean(all.slice(0, a.length)) - mean(all.slice(a.length)));
    if (difference >= seen) asLarge++;
  }
  return (asLarge + 1) / (rounds + 1);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function shuffle(values: number[], random: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j] as number, values[i] as number];
  }
}

/** mulberry32: the same answer in each run. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
