import { giveBackUnused } from '../native/process/index.ts';

/** A person who has just got the session begins to work then. */
const QUIET_MS = 5000;

/**
 * Gives memory back once it is quiet after a change of what is shown. Pictures of the view before, and what drew a page, are
 * of no use then, but V8 looks for what it can do without only when it needs more: on a screen where little happens, hardly
 * ever. Takes 15 to 30 ms on a small PC.
 */
export class Tidying implements Disposable {
  #timer: NodeJS.Timeout | null = null;

  /** Something changed. */
  stir(): void {
    this.#timer ??= setTimeout(() => this.#tidy(), QUIET_MS).unref();
    this.#timer.refresh();
  }

  [Symbol.dispose](): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tidy(): void {
    // Only where Node was started with --expose-gc, as in the image.
    globalThis.gc?.();
    giveBackUnused();
  }
}
