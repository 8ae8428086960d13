import { loadAddon } from '../load.ts';
import type { RawCompose, RawKeymap, RawState, XkbAddon } from './binding.d.ts';
import { type KeyboardNames, normaliseNames } from './names.ts';

export type { KeyboardNames } from './names.ts';
export { normaliseNames } from './names.ts';

const addon = loadAddon<XkbAddon>('xkb');

/** Highest evdev key code that a KeyboardState takes (KEY_MAX); check codes off a wire against it. */
export const keyCodeMax: number = addon.codeMax;

/** Bits of KeyboardState.leds(): 1 << evdev LED code. */
export const Led = { numLock: 1, capsLock: 2, scrollLock: 4, compose: 8, kana: 16 } as const;

/** Real modifiers and the common virtual ones; a keymap may have others. */
export type ModifierName =
  | 'Shift'
  | 'Lock'
  | 'Control'
  | 'Mod1'
  | 'Mod2'
  | 'Mod3'
  | 'Mod4'
  | 'Mod5' // biome-ignore format: one table
  | 'Alt'
  | 'Super'
  | 'NumLock'
  | 'LevelThree';

/** Masks over the keymap's modifiers, and the effective layout: the arguments of wl_keyboard.modifiers. */
export interface Modifiers {
  depressed: number;
  latched: number;
  locked: number;
  group: number;
}

const NO_NAMES: KeyboardNames = { rules: '', model: '', layout: '', variant: '', options: '' };
const MAX_TEXT = 4 * 1024 * 1024;

const rawKeymaps = new WeakMap<Keymap, RawKeymap>();

/** A compiled keyboard layout. */
export class Keymap {
  /** The names it was compiled from, variants in their place ('us(intl)' is layout 'us', variant 'intl'). */
  readonly names: Readonly<KeyboardNames>;
  readonly #raw: RawKeymap;
  #text: string | undefined;

  /**
   * @throws TypeError or RangeError for names that no layout can have; Error naming the layout, with xkbcommon's complaint as
   * cause, when there is no such layout
   */
  constructor(names: KeyboardNames);
  /** For Keymap.parse alone. */
  constructor(names: KeyboardNames, raw: RawKeymap);
  constructor(names: KeyboardNames, raw?: RawKeymap) {
    this.names = Object.freeze(normaliseNames(names));
    try {
      this.#raw = raw ?? new addon.Keymap(this.names);
    } catch (cause) {
      throw new Error(`keyboard ${describe(this.names)} is unknown: ${(cause as Error).message}`, {
        cause,
      });
    }
    rawKeymaps.set(this, this.#raw);
  }

  /** What a compositor hands to its clients; its names are not known. @throws Error for what is no keymap */
  static parse(text: string): Keymap {
    if (text.length > MAX_TEXT) throw new RangeError('the keymap is longer than 4 MiB');
    return new Keymap(NO_NAMES, new addon.Keymap(text));
  }

  /** The keymap as text (XKB_KEYMAP_FORMAT_TEXT_V1) without a terminating NUL, about 60 KB. */
  get text(): string {
    this.#text ??= this.#raw.text();
    return this.#text;
  }

  /** Keyboard states made from it stay usable. */
  [Symbol.dispose](): void {
    this.#raw.close();
  }
}

function describe({ rules, model, layout, variant, options }: KeyboardNames): string {
  const parts = { layout, variant, rules, model, options };
  return Object.entries(parts)
    .filter(([key, value]) => value !== '' || key === 'layout')
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
    .join(', ');
}

/** The state of one keyboard: which keys are down and what that makes of the next one. Codes are evdev codes. */
export class KeyboardState {
  readonly #raw: RawState;

  /** @throws Error when the keymap is disposed */
  constructor(keymap: Keymap) {
    const raw = rawKeymaps.get(keymap);
    if (!raw) throw new TypeError('a KeyboardState needs a Keymap');
    this.#raw = new addon.State(raw);
  }

  /**
   * Takes a key's press or release. Pressing a pressed key and releasing a released one change nothing.
   * @returns whether `modifiers` changed
   */
  key(code: number, pressed: boolean): boolean {
    return this.#raw.key(checkCode(code), pressed === true);
  }

  get modifiers(): Modifiers {
    return this.#raw.modifiers();
  }

  /** What a compositor says of them, in place of what keys would make of them. */
  setModifiers({ depressed, latched, locked, group }: Modifiers): void {
    this.#raw.setModifiers(depressed, latched, locked, group);
  }

  /** The key's symbol in the present state, 0 (NoSymbol) for a key without one. */
  keysym(code: number): number {
    return this.#raw.keysym(checkCode(code));
  }

  /** xkbcommon's name of keysym(code), e.g. 'adiaeresis', 'dead_circumflex', 'NoSymbol'. */
  keysymName(code: number): string {
    return this.#raw.keysymName(checkCode(code));
  }

  /** Whether a modifier is effective, be it held, latched or locked. */
  isModifierActive(name: ModifierName): boolean {
    return this.#raw.isModifierActive(String(name));
  }

  /** Lit LEDs, see Led. */
  leds(): number {
    return this.#raw.leds();
  }

  /** Whether the key is one that repeats while held (Shift does not). */
  repeats(code: number): boolean {
    return this.#raw.repeats(checkCode(code));
  }

  [Symbol.dispose](): void {
    this.#raw.close();
  }
}

/** The character of a keysym, 0 where it is none; control characters as terminals have them. */
export const codePointOf = (keysym: number): number => addon.codePoint(keysym >>> 0);

/** Dead keys and the compose key. */
export class Compose {
  readonly #raw: RawCompose;

  /** @param locale e.g. en_US.UTF-8 @throws Error where the system has no table for it */
  constructor(locale: string) {
    this.#raw = new addon.Compose(locale);
  }

  /** Takes the keysym of a press. @returns the one to act on; 0 while a sequence goes on or came to nothing */
  feed(keysym: number): number {
    return this.#raw.feed(keysym >>> 0);
  }

  reset(): void {
    this.#raw.reset();
  }

  [Symbol.dispose](): void {
    this.#raw.close();
  }
}

function checkCode(code: number): number {
  if (Number.isInteger(code) && code >= 0 && code <= keyCodeMax) return code;
  throw new RangeError(`key code ${code} is outside 0..${keyCodeMax}`);
}
