import type { KeyboardNames, KeyboardState, Keymap, Modifiers } from '../../../native/xkb/index.ts';
import type { ActiveModifiers } from './input.ts';
import { KeymapFile, type SealedFileMaker } from './keymap-file.ts';

const KEY_NUMLOCK = 69;
const KEY_CAPSLOCK = 58;
const LOCKS = [
  { led: 1, code: KEY_NUMLOCK },
  { led: 2, code: KEY_CAPSLOCK },
] as const;

/** What the keyboard needs of native code; tests bring their own. */
export interface KeyboardParts {
  createKeymap(names: KeyboardNames): Keymap;
  createState(keymap: Keymap): KeyboardState;
  createSealedFile: SealedFileMaker;
  /** Highest evdev key code that a state takes. */
  keyCodeMax: number;
}

/** One layout in use: the keymap, its file for clients, and what the pressed keys make of it. */
export class KeyState {
  readonly file: KeymapFile;
  readonly #parts: KeyboardParts;
  readonly #keymap: Keymap;
  #state: KeyboardState;
  /** Both follow from the modifiers; asked for with every key, and changed by few. */
  #active: ActiveModifiers | null = null;
  #leds: number | null = null;

  /** @throws Error naming the layout when there is no such layout */
  constructor(parts: KeyboardParts, names: KeyboardNames) {
    this.#parts = parts;
    this.#keymap = parts.createKeymap(names);
    this.#state = parts.createState(this.#keymap);
    this.file = new KeymapFile(this.#keymap.text, parts.createSealedFile);
  }

  get modifiers(): Modifiers {
    return this.#state.modifiers;
  }

  get active(): ActiveModifiers {
    this.#active ??= this.#askActive();
    return this.#active;
  }

  #askActive(): ActiveModifiers {
    return {
      shift: this.#state.isModifierActive('Shift'),
      control: this.#state.isModifierActive('Control'),
      alt: this.#state.isModifierActive('Mod1'),
      super: this.#state.isModifierActive('Mod4'),
    };
  }

  /** Lit LEDs as a mask of 1 << evdev LED code. */
  get leds(): number {
    this.#leds ??= this.#state.leds();
    return this.#leds;
  }

  keysym(code: number): number {
    return this.#state.keysym(code);
  }

  /** @returns whether the modifiers changed */
  key(code: number, pressed: boolean): boolean {
    const changed = this.#state.key(code, pressed);
    if (changed) this.#forget();
    return changed;
  }

  #forget(): void {
    this.#active = null;
    this.#leds = null;
  }

  /** A latch (sticky Shift) whose key nobody will press again must not colour the next key. */
  clearLatches(): void {
    if (this.#state.modifiers.latched === 0) return;
    const { leds } = this;
    this.#state[Symbol.dispose]();
    this.#state = this.#parts.createState(this.#keymap);
    this.#forget();
    this.restoreLocks(leds);
  }

  /** A state has no setter for locks: tapping the lock key is what the layout itself understands. */
  restoreLocks(leds: number): void {
    for (const { led, code } of LOCKS) {
      if ((this.#state.leds() & led) === (leds & led)) continue;
      this.#state.key(code, true);
      this.#state.key(code, false);
    }
    this.#forget();
  }

  [Symbol.dispose](): void {
    this.file[Symbol.dispose]();
    this.#state[Symbol.dispose]();
    this.#keymap[Symbol.dispose]();
  }
}
