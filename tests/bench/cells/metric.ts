import type { Statistic } from '../statistics/quantile.ts';

export type Goal =
  | { readonly kind: 'at most' | 'at least'; readonly value: number }
  | { readonly kind: 'ratio at most'; readonly value: number; readonly peer: string };

/** One row of the report: a statistic of one kind of samples. */
export interface Metric {
  readonly label: string;
  readonly unit: string;
  /** Which of the slice's samples. */
  readonly samples: string;
  readonly statistic: Statistic;
  readonly digits: number;
  /** False where a ratio would say nothing, as with decibels. */
  readonly compared: boolean;
  /** What WayRay is to reach. */
  readonly goal?: Goal;
}

/** Samples by name; a metric that the peer cannot have is absent. */
export type Samples = Readonly<Record<string, readonly number[]>>;

export function metric(
  label: string,
  unit: string,
  samples: string,
  options: Partial<Metric> = {},
): Metric {
  return { label, unit, samples, statistic: 'median', digits: 1, compared: true, ...options };
}

export const atMost = (value: number): Goal => ({ kind: 'at most', value });
export const atLeast = (value: number): Goal => ({ kind: 'at least', value });
export const ratioAtMost = (value: number, peer: string): Goal => ({
  kind: 'ratio at most',
  value,
  peer,
});
