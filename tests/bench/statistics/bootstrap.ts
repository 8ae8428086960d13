import { type Statistic, statistics } from './quantile.ts';
import { seededRandom } from './random.ts';

const resamplings = 1000;
const lowShare = 0.025;

/** An estimate with its 95 % bootstrap interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Samples of one metric, one list per round. Samples of a round share that round's luck. */
export type Rounds = readonly (readonly number[])[];

type Draw = (rounds: Rounds, picked: readonly number[]) => number[];

/**
 * Estimates a statistic over all rounds' samples. Rounds are drawn with replacement, then samples
 * within each drawn round.
 * @throws RangeError without samples
 */
export function estimate(rounds: Rounds, statistic: Statistic): Estimate {
  const compute = statistics[statistic];
  return interval(compute(rounds.flat()), rounds.length, (picked, draw) =>
    compute(draw(rounds, picked)),
  );
}

/**
 * Estimates how a statistic of one peer relates to another's. Both are drawn from the same rounds,
 * as what disturbs a round disturbs both.
 * @throws RangeError when the peers have different numbers of rounds or no samples
 */
export function estimateRatio(top: Rounds, bottom: Rounds, statistic: Statistic): Estimate {
  if (top.length !== bottom.length) throw new RangeError('the rounds are not paired');
  const compute = statistics[statistic];
  const value = compute(top.flat()) / compute(bottom.flat());
  return interval(
    value,
    top.length,
    (picked, draw) => compute(draw(top, picked)) / compute(draw(bottom, picked)),
  );
}

function interval(
  value: number,
  roundCount: number,
  compute: (picked: readonly number[], draw: Draw) => number,
): Estimate {
  const random = seededRandom(roundCount);
  const index = (length: number) => Math.floor(random() * length);
  const draw: Draw = (rounds, picked) =>
    picked.flatMap((round) => {
      const samples = rounds[round] ?? [];
      return samples.map(() => samples[index(samples.length)] as number);
    });
  const values = Array.from({ length: resamplings }, () =>
    compute(
      Array.from({ length: roundCount }, () => index(roundCount)),
      draw,
    ),
  ).sort((a, b) => a - b);
  const at = (share: number) => values[Math.round((resamplings - 1) * share)] as number;
  return { value, low: at(lowShare), high: at(1 - lowShare) };
}
