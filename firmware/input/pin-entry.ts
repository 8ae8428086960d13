import { type KeyboardNames, KeyboardState, Keymap, keyCodeMax } from '../../native/xkb/index.ts';

/** A PIV PIN has 6 to 8 digits, other cards take four. */
export const PIN_LENGTH = { least: 4, most: 8 } as const;

/** evdev codes: linux/input-event-codes.h */
const KEY = { leftShift: 42, numLock: 69 } as const;
/** X11 keysyms: keysymdef.h */
const SYM = {
  zero: 0x30,
  keypadZero: 0xffb0,
  backSpace: 0xff08,
  enter: 0xff0d,
  keypadEnter: 0xff8d,
  escape: 0xff1b,
  delete: 0xffff,
} as const;

const DEFAULT_LAYOUT: KeyboardNames = {
  rules: '',
  model: '',
  layout: '',
  variant: '',
  options: '',
};

export type PinKey = 'changed' | 'enter' | 'cancel' | null;

/** A PIN while it is typed. Its digits are kept in bytes that are overwritten, never in a string. */
export class PinEntry {
  readonly #digits = new Uint8Array(PIN_LENGTH.most);
  readonly #keymap: Keymap;
  readonly #plain: KeyboardState;
  /** Where digits are the shifted characters, nobody holds Shift for a number; nor should Num Lock matter. */
  readonly #others: readonly KeyboardState[];
  #length = 0;

  constructor(keyboard: KeyboardNames) {
    this.#keymap = keymapOf(keyboard);
    this.#plain = new KeyboardState(this.#keymap);
    this.#others = [KEY.leftShift, KEY.numLock].map((code) => {
      const state = new KeyboardState(this.#keymap);
      state.key(code, true);
      return state;
    });
  }

  get length(): number {
    return this.#length;
  }

  /** Takes a key by its evdev code. */
  key(code: number, pressed: boolean): PinKey {
    if (!(code >= 0 && code <= keyCodeMax)) return null;
    const symbol = this.#plain.keysym(code);
    this.#plain.key(code, pressed);
    if (!pressed) return null;
    if (symbol === SYM.escape) return 'cancel';
    if (symbol === SYM.enter || symbol === SYM.keypadEnter) return 'enter';
    if (symbol === SYM.backSpace || symbol === SYM.delete) return this.#takeBack();
    const symbols = [symbol, ...this.#others.map((state) => state.keysym(code))];
    const digit = symbols.map(digitOf).find((it) => it !== null);
    return digit === undefined ? null : this.#append(digit);
  }

  /** The digits as ASCII, the caller's to overwrite; the entry is empty afterwards. */
  take(): Uint8Array {
    const pin = this.#digits.slice(0, this.#length);
    this.clear();
    return pin;
  }

  clear(): void {
    this.#digits.fill(0);
    this.#length = 0;
  }

  [Symbol.dispose](): void {
    this.clear();
    this.#plain[Symbol.dispose]();
    for (const state of this.#others) state[Symbol.dispose]();
    this.#keymap[Symbol.dispose]();
  }

  #append(digit: number): PinKey {
    if (this.#length === PIN_LENGTH.most) return null;
    this.#digits[this.#length++] = SYM.zero + digit;
    return 'changed';
  }

  #takeBack(): PinKey {
    if (this.#length === 0) return null;
    this.#digits[--this.#length] = 0;
    return 'changed';
  }
}

function digitOf(symbol: number): number | null {
  for (const zero of [SYM.zero, SYM.keypadZero])
    if (symbol >= zero && symbol <= zero + 9) return symbol - zero;
  return null;
}

/** A layout that this machine does not know is the server's to complain about; a PIN can be typed all the same. */
function keymapOf(keyboard: KeyboardNames): Keymap {
  try {
    return new Keymap(keyboard);
  } catch {
    return new Keymap(DEFAULT_LAYOUT);
  }
}
