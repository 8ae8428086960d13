import type { Logger } from '../../protocol/node/log.ts';
import type { ScratchTerminal } from './scratch-terminal.ts';

/** V8 takes 400 calls of a function for enough to compile it well; 150 and 2000 letters save less of a key's time. */
const LETTERS = 600;
/** A key that is pressed meanwhile waits for one slice at most; while scratch terminals are made, for about 10 ms. */
const SLICE_MS = 1.5;
const GAP_MS = 5;
/** Of a slow machine's processor: what is missing then is learnt from a person. */
const MOST_MS = 400;
/** Nothing was drawn for so long, and nothing done. */
const QUIET_MS = 250;
/** Who types makes pauses; the next key should not meet it. */
const UNTOUCHED_MS = 2000;
/** Whoever works all the time has no use for it any more. */
const PATIENCE_MS = 20_000;

export type OpenScratch = () => Promise<readonly ScratchTerminal[]>;

/**
 * Types some hundred letters at a scratch terminal while nothing else is to do, so that V8 has compiled the way of a key and of
 * its picture when a person presses the first one. By itself it does so in the course of minutes.
 */
export class Rehearsal implements Disposable {
  readonly #open: OpenScratch;
  readonly #log: Logger;
  readonly #settle: () => void;
  readonly #givenUpMs = performance.now() + PATIENCE_MS;
  #dueMs = 0;
  #terminals: readonly ScratchTerminal[] = [];
  #letters = 0;
  #spentMs = 0;
  #timer: NodeJS.Timeout | null = null;
  #settled = false;
  #over = false;

  /**
   * @param open called when it begins; what it needs is not loaded before
   * @param settle called when all is compiled: what that has taken may go, what keys need comes back with some letters more
   */
  constructor(open: OpenScratch, log: Logger, settle: () => void = () => {}) {
    this.#open = open;
    this.#log = log;
    this.#settle = settle;
    this.#later(QUIET_MS);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Something new is shown. */
  stir(): void {
    this.#dueMs = Math.max(this.#dueMs, performance.now() + QUIET_MS);
  }

  /** Somebody does something. */
  touched(): void {
    this.#dueMs = performance.now() + UNTOUCHED_MS;
  }

  [Symbol.dispose](): void {
    this.#over = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const terminal of this.#terminals) terminal[Symbol.dispose]();
    this.#terminals = [];
  }

  async #turn(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs > this.#givenUpMs) return this[Symbol.dispose]();
    const restMs = this.#dueMs - nowMs;
    if (restMs > 0) return this.#later(restMs);
    if (this.#terminals.length === 0) this.#terminals = await this.#open();
    if (this.#over) return this[Symbol.dispose]();
    if (this.#terminals.every(({ isReady }) => isReady)) await this.#slice();
    if (this.#letters < LETTERS && this.#spentMs < MOST_MS) return this.#later(GAP_MS);
    if (!this.#settled) {
      this.#settled = true;
      this.#settle();
      return this.#later(GAP_MS);
    }
    const shown = this.#terminals.map((terminal) => terminal.shown);
    const spentMs = Math.round(this.#spentMs);
    this.#log.debug({ letters: this.#letters, shown, spentMs }, 'rehearsed');
    this[Symbol.dispose]();
  }

  /** A terminal that could not rehearse is a slower one, and otherwise the same. */
  #failed(error: Error): void {
    this.#log.warn({ err: error }, 'cannot rehearse');
    this[Symbol.dispose]();
  }

  #later(delayMs: number): void {
    if (!this.#over)
      this.#timer = setTimeout(
        () => this.#turn().catch((error: Error) => this.#failed(error)),
        delayMs,
      ).unref();
  }

  async #slice(): Promise<void> {
    const startMs = performance.now();
    do {
      const terminal = this.#terminals[this.#letters % this.#terminals.length];
      terminal?.press();
      // What is sent at the end of a turn is sent now.
      await null;
      terminal?.answer();
      this.#letters++;
    } while (performance.now() - startMs < SLICE_MS);
    this.#spentMs += performance.now() - startMs;
  }
}
