import type { WayRayError } from '../protocol/errors.ts';
import { EXIT } from '../protocol/node/cli.ts';
import type { SoftwareToken } from './card/software-token.ts';
import type { Display } from './display/display.ts';
import { HeadlessDisplay } from './display/headless-display.ts';
import type { AwaitedShown, ScriptStep } from './input/script.ts';
import type { TerminalOptions, Until } from './options.ts';
import { playScript } from './script-player.ts';
import type { Showing } from './stage.ts';
import type { Terminal } from './terminal.ts';

/** A headless terminal that waits for a picture gives up after this long without any. */
const PATIENCE_MS = 30_000;

export interface RunDeps {
  readonly options: TerminalOptions;
  readonly script: readonly ScriptStep[];
  readonly terminal: Terminal;
  readonly display: Display;
  readonly token: SoftwareToken | null;
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
  #showingWaiters: { readonly what: AwaitedShown; readonly resolve: () => void }[] = [];
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
    if (this.#until === 'first-frame') return this.finish(EXIT.ok);
    this.#start();
  }

  /** Another view or page is on the screen: a page of the server's begins the script as a frame does. */
  showing(showing: Showing): void {
    const met = this.#showingWaiters.filter(({ what }) => isShown(showing, what));
    this.#showingWaiters = this.#showingWaiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
    if (showing.what === 'page' && this.#until !== 'first-frame') this.#start();
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

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#waitNoMore();
    void this.#play();
  }

  async #play(): Promise<void> {
    const { script, terminal, display, token } = this.#deps;
    await playScript(script, {
      input: (input) => terminal.input(input),
      resize: (width, height, output) => {
        display.resize(width, height, output);
        terminal.resized();
      },
      plug: (output) => {
        if (!(display instanceof HeadlessDisplay)) return;
        display.plug(output);
        terminal.resized();
      },
      unplug: (output) => {
        if (!(display instanceof HeadlessDisplay)) return;
        display.unplug(output);
        terminal.resized();
      },
      change: (output, to) => {
        if (!(display instanceof HeadlessDisplay)) return;
        display.change(output, to);
        terminal.resized();
      },
      settled: () => this.#nextSettled(),
      token: (action) => token?.[action](),
      shown: (what) => this.#nextShowing(what),
    });
    if (this.#until === 'played') return this.finish(EXIT.ok);
    if (this.#until === 'settled') await this.#nextSettled();
    if (this.#until === 'settled') this.finish(EXIT.ok);
  }

  async #nextSettled(): Promise<void> {
    this.#beginWaiting();
    this.#deps.terminal.watchSettling();
    await new Promise<void>((resolve) => this.#settleWaiters.push(resolve));
    this.#waitNoMore();
  }

  async #nextShowing(what: AwaitedShown): Promise<void> {
    if (isShown(this.#deps.terminal.showing, what)) return;
    this.#beginWaiting();
    await new Promise<void>((resolve) => this.#showingWaiters.push({ what, resolve }));
    this.#waitNoMore();
  }

  /** A run that ends by itself waits for nothing for ever. */
  #beginWaiting(): void {
    if (this.#until !== null && typeof this.#until !== 'object') this.#wait();
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
    const [awaited] = this.#showingWaiters;
    const why = lastFailure ? `: ${lastFailure}` : '';
    this.#end({
      status: EXIT.failed,
      message: `no ${awaited?.what ?? 'settled picture'} within ${PATIENCE_MS / 1000} s${why}`,
    });
  }

  #end(outcome: Outcome): void {
    this.#waitNoMore();
    if (this.#limit) clearTimeout(this.#limit);
    this.#finish(outcome);
  }
}

const isShown = (showing: Showing, what: AwaitedShown): boolean =>
  showing.what === what || (showing.what === 'page' && showing.page.name === what);
