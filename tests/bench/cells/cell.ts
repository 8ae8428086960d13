import type { Stage, StageOptions } from '../stage.ts';
import type { Metric, Samples } from './metric.ts';

/** One kind of use that is measured. */
export interface Cell {
  readonly name: string;
  readonly title: string;
  readonly needsReconnect: boolean;
  /** Tells nothing new on a slow link, where it is left out unless it is named. */
  readonly lanOnly?: true;
  /** A peer whose server does the same in it as another's that is measured; left out unless the cell is named. */
  readonly sameFor?: readonly string[];
  /** Each second has so many frames that few seconds are enough, unless a time is named. */
  readonly brief?: true;
  readonly metrics: readonly Metric[];
  /** For a cell that is WayRay's alone and wants no viewer: takes the place of measure(). */
  measureAlone?(options: StageOptions, plan: { readonly moves: number }): Promise<Samples>;
  /** Measures for about this long, settling apart. */
  measure(stage: Stage, seconds: number): Promise<Samples>;
}
