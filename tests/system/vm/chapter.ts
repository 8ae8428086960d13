import type { VmImage } from '../../../images/vm/build.ts';

/** Where a chapter leaves its pictures and the console's log, and what it boots. */
export interface Stage {
  readonly image: VmImage;
  readonly folder: string;
}

/** A story: what happens one after the other in one world. What follows a step that failed is not tried. */
export interface Chapter {
  readonly name: string;
  /** Null when it can be played here, a reason to skip it otherwise. */
  readonly whyNot: () => string | null;
  /** @returns the names of its steps, and what plays them */
  readonly begin: () => Play;
}

export interface Play extends AsyncDisposable {
  readonly steps: readonly string[];
  /** Makes the world of the steps. */
  open(stage: Stage): Promise<void>;
  play(step: string): Promise<void>;
  /** What may tell why a step failed. */
  describe(): string;
}

export interface World extends AsyncDisposable {
  describe(): string;
}

/** @param steps by their names, in order */
export function chapter<Own extends World>(
  name: string,
  open: (stage: Stage) => Promise<Own>,
  steps: Readonly<Record<string, (world: Own) => Promise<void>>>,
  whyNot: () => string | null = () => null,
): Chapter {
  return { name, whyNot, begin: () => play(open, steps) };
}

function play<Own extends World>(
  open: (stage: Stage) => Promise<Own>,
  steps: Readonly<Record<string, (world: Own) => Promise<void>>>,
): Play {
  let world: Own | null = null;
  return {
    steps: Object.keys(steps),
    open: async (stage) => {
      world = await open(stage);
    },
    play: async (step) => {
      if (world) await steps[step]?.(world);
    },
    describe: () => world?.describe() ?? '',
    [Symbol.asyncDispose]: async () => {
      await world?.[Symbol.asyncDispose]();
    },
  };
}
