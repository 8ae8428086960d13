import type { Statistic } from '../statistics/quantile.ts';

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
  /** Has a row in the plot. */
  readonly plotted: boolean;
  /** Which of two peers is the better one. */
  readonly better: 'less' | 'more';
}

/** Samples by name; a metric that the peer cannot have is absent. */
export type Samples = Readonly<Record<string, readonly number[]>>;

export function metric(
  label: string,
  unit: string,
  samples: string,
  options: Partial<Metric> = {},
): Metric {
  const usual = {
    statistic: 'median',
    digits: 1,
    compared: true,
    plotted: true,
    better: 'less',
  } as const;
  return { label, unit, samples, ...usual, ...options };
}
