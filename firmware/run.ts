import type { WayRayError } from '../protocol/errors.ts';
import { EXIT } from '../protocol/node/cli.ts';
import type { Display } from './display/display.ts';
import { HeadlessDisplay } from './display/headless-display.ts';
import type { ScriptStep } from './input/script.ts';
import type { TerminalOptions, Until } from './options.ts';
import { playScript } from './script-player.ts';
import type { Terminal } from './terminal.ts';

/** A headless terminal that waits for a picture gives up after this long without any. */
const PATIENCE_MS = 30_000;

export interface RunDeps {
  readonly options: TerminalOptions;
  readonly script: readonly ScriptStep[];
  readonly terminal: Terminal;
  readonly display: Display;
}

export interface Outcome {
  readonly status: number;
  /** For the person at the terminal; null when all is well. */
  readonly message: string | null;
}

/** One run of wrclient from the first frame to its end: plays the script, then ends as `--until` says. */
export class Run {
  readonly done: Promise<Outcome>;
  readonly #deps: RunDeps;
  readonly #until: Until | null;
  readonly #finish: (outcome: Outcome) => void;
  #started = false;
  #settleWaiters: (() => void)[] = [];
  #patience: NodeJS.Timeout | null = null;
  #limit: NodeJS.Timeout | null = null;

  constructor(deps: RunDeps) {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#deps = deps;
    this.done = promise;
    this.#finish = resolve;
    const headless = deps.options.display === 'headless';
    this.#until = deps.options.until ?? (headless ? 'settled' : null);
    if (this.#until !== null && typeof this.#until === 'object') {
      this.#limit = setTimeout(() => this.finish(EXIT.ok), this.#until.seconds * 1000);
    } else if (this.#until !== null) {
      this.#wait();
    }
  }

  /** A frame is on the screen. */
  presented(): void {
    this.#patience?.refresh();
    if (this.#started) return;
    this.#started = true;
    this.#waitNoMore();
    if (this.#until === 'first-frame') return this.finish(EXIT.ok);
    void this.#play();
  }

  /** The picture is proved to be what the session composed. */
  settled(): void {
    for (const waiter of this.#settleWaiters.splice(0)) waiter();
  }

  /** @returns whether that ends the run: a window stays to show why, a headless run has nobody to show it to */
  givenUp(error: WayRayError): boolean {
    const ends = this.#until !== null || this.#deps.display instanceof HeadlessDisplay;
    if (ends) this.#end({ status: EXIT.failed, message: error.message });
    return ends;
  }

  finish(status: number): void {
    this.#end({ status, message: null });
  }

  async #play(): Promise<void> {
    const { script, terminal, display } = this.#deps;
    await playScript(script, {
      input: (input) => terminal.input(input),
      resize: (width, height) => {
        display.resize(width, height);
        terminal.resized();
      },
      settled: () => this.#nextSettled(),
    });
    if (this.#until === 'settled') await this.#nextSettled();
    if (this.#until === 'settled') this.finish(EXIT.ok);
  }

  async #nextSettled(): Promise<void> {
    if (this.#until !== null && typeof this.#until !== 'object') this.#wait();
    this.#deps.terminal.watchSettling();
    await new Promise<void>((resolve) => this.#settleWaiters.push(resolve));
    this.#waitNoMore();
  }

  #wait(): void {
    this.#waitNoMore();
    this.#patience = setTimeout(() => this.#gaveNothing(), PATIENCE_MS);
  }

  #waitNoMore(): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
  }

  #gaveNothing(): void {
    const { lastFailure } = this.#deps.terminal;
    const why = lastFailure ? `: ${lastFailure}` : '';
    this.#end({
      status: EXIT.failed,
      message: `no settled picture within ${PATIENCE_MS / 1000} s${why}`,
    });
  }

  #end(outcome: Outcome): void {
    this.#waitNoMore();
    if (this.#limit) clearTimeout(this.#limit);
    this.#finish(outcome);
  }
}
