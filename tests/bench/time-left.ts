import type { Slice, SlicePlan } from './run.ts';

/** Setting up, settling, drawing again what was shown: about so long for most cells. */
const assumedOverheadSeconds = 1.8;

/** How long slices take, from those of the same cell and link that were measured, or else from a guess. */
export class TimeLeft {
  readonly #planned: (slice: SlicePlan) => number;
  readonly #spent = new Map<string, { seconds: number; slices: number }>();

  /** @param planned seconds of a slice, settling apart */
  constructor(planned: (slice: SlicePlan) => number, measured: readonly Slice[]) {
    this.#planned = planned;
    for (const slice of measured) this.add(slice);
  }

  add(slice: Slice): void {
    const { wallSeconds } = slice;
    const { seconds, slices } = this.#spent.get(kindOf(slice)) ?? { seconds: 0, slices: 0 };
    this.#spent.set(kindOf(slice), { seconds: seconds + wallSeconds, slices: slices + 1 });
  }

  of(slices: readonly SlicePlan[]): number {
    return slices.reduce((sum, slice) => sum + this.#expected(slice), 0);
  }

  #expected(slice: SlicePlan): number {
    const spent = this.#spent.get(kindOf(slice));
    return spent ? spent.seconds / spent.slices : this.#planned(slice) + assumedOverheadSeconds;
  }
}

const kindOf = ({ link, cell }: SlicePlan): string => `${link} ${cell}`;

/** "4 min", or "50 s" when it is less than two minutes. */
export function formatDuration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
