import type { Slice, SlicePlan } from './run.ts';

/** Setting up, settling, drawing again what was shown: about so long for most cells. */
const assumedOverheadSeconds = 2.5;

/** How long slices take, from those of the same cell that were measured, or else from a guess. */
export class TimeLeft {
  readonly #secondsPerSlice: number;
  readonly #spent = new Map<string, { seconds: number; slices: number }>();

  constructor(secondsPerSlice: number, measured: readonly Slice[]) {
    this.#secondsPerSlice = secondsPerSlice;
    for (const slice of measured) this.add(slice);
  }

  add({ cell, wallSeconds }: Slice): void {
    const { seconds, slices } = this.#spent.get(cell) ?? { seconds: 0, slices: 0 };
    this.#spent.set(cell, { seconds: seconds + wallSeconds, slices: slices + 1 });
  }

  of(slices: readonly SlicePlan[]): number {
    return slices.reduce((sum, { cell }) => sum + this.#expected(cell), 0);
  }

  #expected(cell: string): number {
    const spent = this.#spent.get(cell);
    return spent ? spent.seconds / spent.slices : this.#secondsPerSlice + assumedOverheadSeconds;
  }
}

/** "4 min", or "50 s" when it is less than two minutes. */
export function formatDuration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
