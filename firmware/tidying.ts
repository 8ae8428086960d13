import { giveBackUnused } from '../native/process/index.ts';

/** What drew a page is of no use once it is shown. */
const SHOWN_MS = 1000;
/** A person who has just got the session begins to work then. */
const QUIET_MS = 5000;

/**
 * Gives memory back after a change of what is shown: soon what takes no time (3 ms on a small PC), and once it is quiet what
 * V8 can do without (15 to 30 ms). Pictures of the view before are garbage then, and V8 looks for that only when it needs
 * more: on a screen where little happens, hardly ever.
 */
export class Tidying implements Disposable {
  #soon: NodeJS.Timeout | null = null;
  #quiet: NodeJS.Timeout | null = null;
  #settled = false;

  /** Something changed. */
  stir(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      giveBackUnused(this.#settled);
    }, SHOWN_MS).unref();
    this.#quiet ??= setTimeout(() => this.#tidy(), QUIET_MS).unref();
    this.#quiet.refresh();
  }

  /** What the program itself uses from here on stays; what it has needed to start goes now, not soon. */
  settle(): void {
    if (this.#soon) clearTimeout(this.#soon);
    this.#soon = null;
    giveBackUnused(false);
    this.#settled = true;
  }

  [Symbol.dispose](): void {
    for (const timer of [this.#soon, this.#quiet]) if (timer) clearTimeout(timer);
  }

  #tidy(): void {
    // Only where Node was started with --expose-gc, as in the image.
    globalThis.gc?.();
    giveBackUnused(this.#settled);
  }
}
