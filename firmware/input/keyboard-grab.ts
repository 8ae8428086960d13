/** evdev codes: linux/input-event-codes.h */
const KEY = { leftCtrl: 29, rightCtrl: 97, leftAlt: 56, rightAlt: 100, g: 34, f: 33 } as const;

export type LocalCommand = 'toggle-grab' | 'toggle-fullscreen';

/**
 * Finds the combinations that the terminal keeps for itself: Ctrl+Alt+G gives the keyboard to the session or back,
 * Ctrl+Alt+F fills the screen or leaves it. All other keys go to the session.
 */
export class LocalKeys {
  readonly #held = new Set<number>();
  readonly #swallowed = new Set<number>();

  /** @returns the command that this key completes, 'swallow' for the rest of it, null for a key of the session */
  key(code: number, pressed: boolean): LocalCommand | 'swallow' | null {
    if (!pressed) {
      this.#held.delete(code);
      return this.#swallowed.delete(code) ? 'swallow' : null;
    }
    this.#held.add(code);
    const command = this.#commandOf(code);
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
    if (code === KEY.g) return 'toggle-grab';
    return code === KEY.f ? 'toggle-fullscreen' : null;
  }

  #either(a: number, b: number): boolean {
    return this.#held.has(a) || this.#held.has(b);
  }
}
