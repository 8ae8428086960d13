/**
 * Quantile with linear interpolation between neighbours.
 * @param share 0.5 for the median
 * @throws RangeError without samples
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = Float64Array.from(samples).sort();
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  // Not by subtraction when both are equal: they may be infinite.
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

export const statistics = {
  median: (samples: readonly number[]) => quantile(samples, 0.5),
  p95: (samples: readonly number[]) => quantile(samples, 0.95),
  p99: (samples: readonly number[]) => quantile(samples, 0.99),
} as const;

export type Statistic = keyof typeof statistics;
