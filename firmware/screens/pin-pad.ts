import type { KeyboardNames } from '../../native/xkb/index.ts';
import { PIN_LENGTH, PinEntry } from '../input/pin-entry.ts';
import { makePage, type Page } from './page.ts';

/** Nobody types a PIN for longer. */
const PATIENCE_MS = 120_000;
/** What was said last stays until the server shows what comes of it, but not for ever. */
const LINGER_MS = 3000;

export interface PinPadDeps {
  readonly keyboard: () => KeyboardNames;
  /** Shows the page over everything; null takes it away. */
  readonly show: (page: Page | null) => void;
}

interface Asking {
  readonly entry: PinEntry;
  readonly hint: string;
  readonly finish: (pin: Uint8Array | null) => void;
}

/** The page that asks for a PIN. While it shows, every key goes there and nowhere else. */
export class PinPad {
  readonly #deps: PinPadDeps;
  #asking: Asking | null = null;
  #linger: NodeJS.Timeout | null = null;

  constructor(deps: PinPadDeps) {
    this.#deps = deps;
  }

  /**
   * Asks for a PIN.
   * @param hint a line such as how many tries are left
   * @param signal takes the page away at once
   * @returns digits as ASCII, the caller's to overwrite; null when the person or the signal cancelled
   */
  ask(hint: string, signal: AbortSignal): Promise<Uint8Array | null> {
    this.#asking?.finish(null);
    this.#stopLingering();
    const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
    const entry = new PinEntry(this.#deps.keyboard());
    const aborted = () => finish(null);
    const timer = setTimeout(aborted, PATIENCE_MS);
    const finish = (pin: Uint8Array | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      entry[Symbol.dispose]();
      this.#asking = null;
      if (pin) this.say('Please wait.');
      else this.#deps.show(null);
      resolve(pin);
    };
    this.#asking = { entry, hint, finish };
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
    else this.#draw(hint);
    return promise;
  }

  /** Says what became of the PIN, until close() or a moment has passed. */
  say(line: string, name: 'pin' | 'pinBlocked' = 'pin'): void {
    this.#stopLingering();
    this.#linger = setTimeout(() => this.close(), LINGER_MS);
    this.#deps.show(makePage(name, line));
  }

  key(code: number, pressed: boolean): void {
    const asking = this.#asking;
    if (!asking) return;
    const { entry } = asking;
    switch (entry.key(code, pressed)) {
      case 'changed':
        return this.#draw(asking.hint);
      case 'cancel':
        return asking.finish(null);
      case 'enter':
        if (entry.length >= PIN_LENGTH.least) return asking.finish(entry.take());
        return this.#draw(`A PIN has at least ${PIN_LENGTH.least} digits.`);
      default:
    }
  }

  /** Takes the page away; what was being asked counts as cancelled. */
  close(): void {
    this.#stopLingering();
    if (this.#asking) this.#asking.finish(null);
    else this.#deps.show(null);
  }

  /** Takes away what was only said, not what is being asked. */
  moveOn(): void {
    if (!this.#asking) this.close();
  }

  #stopLingering(): void {
    if (this.#linger) clearTimeout(this.#linger);
    this.#linger = null;
  }

  #draw(hint: string): void {
    this.#deps.show({ ...makePage('pin', hint), dots: this.#asking?.entry.length ?? 0 });
  }
}
