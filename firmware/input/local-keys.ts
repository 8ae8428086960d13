/** evdev codes: linux/input-event-codes.h. With Ctrl+Alt held; where the letter is on a US keyboard. */
const KEY = {
  leftCtrl: 29,
  rightCtrl: 97,
  leftAlt: 56,
  rightAlt: 100,
  g: 34,
  f: 33,
  i: 23,
} as const;

export type LocalCommand = 'toggle-grab' | 'toggle-fullscreen' | 'toggle-information';

/** Of a window on somebody's desktop: give the keyboard to the session or back, fill the screen or leave it. */
export const WINDOW_KEYS: ReadonlyMap<number, LocalCommand> = new Map([
  [KEY.g, 'toggle-grab'],
  [KEY.f, 'toggle-fullscreen'],
]);
/** Of every terminal: show or hide what it knows of itself. */
export const TERMINAL_KEYS: ReadonlyMap<number, LocalCommand> = new Map([
  [KEY.i, 'toggle-information'],
]);

/** Finds the combinations with Ctrl+Alt that the terminal keeps for itself. All other keys go to the session. */
export class LocalKeys {
  readonly #commands: ReadonlyMap<number, LocalCommand>;
  readonly #held = new Set<number>();
  readonly #swallowed = new Set<number>();

  constructor(commands: ReadonlyMap<number, LocalCommand>) {
    this.#commands = commands;
  }

  /** @returns the command that this key completes, 'swallow' for the rest of it, null for a key of the session */
  key(code: number, pressed: boolean): LocalCommand | 'swallow' | null {
    if (!pressed) {
      this.#held.delete(code);
      return this.#swallowed.delete(code) ? 'swallow' : null;
    }
    const command = this.#commandOf(code);
    // A keyboard that repeats keys by itself gives the command no second time.
    if (command && this.#held.has(code)) return 'swallow';
    this.#held.add(code);
    if (command) this.#swallowed.add(code);
    return command;
  }

  releaseAll(): void {
    this.#held.clear();
    this.#swallowed.clear();
  }

  #commandOf(code: number): LocalCommand | null {
    if (!this.#either(KEY.leftCtrl, KEY.rightCtrl) || !this.#either(KEY.leftAlt, KEY.rightAlt))
      return null;
    return this.#commands.get(code) ?? null;
  }

  #either(a: number, b: number): boolean {
    return this.#held.has(a) || this.#held.has(b);
  }
}
