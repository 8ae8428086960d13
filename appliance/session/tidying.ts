import { giveBackFreed } from '../../native/process/index.ts';

/** Without a word from the person: 20 ms of collecting are in nobody's way then. */
const QUIET_MS = 10_000;
/** What is less is not worth collecting for. */
const GROWTH_BYTES = 2 << 20;

/**
 * Gives memory back when nobody works with the session. V8 looks for garbage when it needs more, and a session at rest
 * never does: what started the program and what drew the first picture would stay, pictures outside of its heap among it.
 */
export class Tidying implements Disposable {
  readonly #clock: () => number;
  #timer: NodeJS.Timeout | null = null;
  #stirredMs = 0;
  #afterBytes = 0;

  /** @param clock ms that never go back */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Somebody works, or something big has come or gone. One timer for all of it: keys must not pay for this. */
  stir(): void {
    this.#stirredMs = this.#clock();
    this.#timer ??= this.#after(QUIET_MS);
  }

  /** Nobody looks, and much was freed. */
  now(): void {
    this[Symbol.dispose]();
    // Only where Node was started with --expose-gc, as in docs/adr/0022-memory-of-a-session.md.
    globalThis.gc?.();
    giveBackFreed();
    this.#afterBytes = process.memoryUsage.rss();
  }

  #after(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    const leftMs = this.#stirredMs + QUIET_MS - this.#clock();
    this.#timer = leftMs > 0 ? this.#after(leftMs) : null;
    if (this.#timer || process.memoryUsage.rss() < this.#afterBytes + GROWTH_BYTES) return;
    this.now();
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
