import type { Stage } from '../stage.ts';
import type { Metric, Samples } from './metric.ts';

/** One kind of use that is measured. */
export interface Cell {
  readonly name: string;
  readonly title: string;
  readonly needsReconnect: boolean;
  readonly metrics: readonly Metric[];
  /** Measures for about this long, settling apart. */
  measure(stage: Stage, seconds: number): Promise<Samples>;
}
