import fc from 'fast-check';
import { type Act, filmSequences, type Measure, perform, screenSize, sequences } from './acts.ts';
import type { ScreenSize } from './desktop.ts';
import { Pair, type PairOptions } from './pair.ts';

export interface Convergence extends Measure {
  /** Sequences. */
  readonly runs: number;
  /** Films are sent as video. */
  readonly video?: boolean;
  /** Worker threads encode: a failure may not be found again by its seed. */
  readonly threads?: boolean;
  /** Of fast-check; printed with a failure. */
  readonly seed?: number;
}

/** What frames there were. */
export interface Sent {
  /** With video. */
  readonly films: number;
  readonly steps: number;
}

/** @throws Error when the terminal does not end with the session's picture */
async function run(size: ScreenSize, acts: readonly Act[], options: PairOptions): Promise<Sent> {
  using pair = new Pair(size, options);
  for (const act of acts) await perform(pair, act);
  await pair.settle();
  const fault = pair.fault();
  if (fault) throw new Error(fault);
  const { films, steps } = pair;
  return { films, steps };
}

/**
 * Whatever happens between, the terminal ends with the picture of the session, pixel by pixel.
 * @throws Error with the shortest sequence found that does not, and the seed that finds it again
 */
export async function converge(convergence: Convergence): Promise<Sent> {
  const { runs, video = false, threads = false, seed } = convergence;
  const all = { films: 0, steps: 0 };
  await fc.assert(
    fc.asyncProperty(
      screenSize(convergence),
      video ? filmSequences(convergence) : sequences(convergence),
      fc.constantFrom(0, 1, 5, 4096),
      fc.boolean(),
      fc.boolean(),
      async (size, acts, tiles, slow, steps) => {
        const sent = await run(size, acts, { video, threads, tiles, slow, steps });
        all.films += sent.films;
        all.steps += sent.steps;
      },
    ),
    { numRuns: runs, ...(seed !== undefined && { seed }) },
  );
  return all;
}
