/** Which keys are down, and which of them the compositor keeps to itself. */
export class PressedKeys {
  /** code -> whether clients know of it */
  readonly #keys = new Map<number, boolean>();

  has(code: number): boolean {
    return this.#keys.has(code);
  }

  press(code: number, visible: boolean): void {
    this.#keys.set(code, visible);
  }

  /** @returns whether the release is for clients too */
  release(code: number): boolean {
    const visible = this.#keys.get(code) ?? false;
    this.#keys.delete(code);
    return visible;
  }

  /** What wl_keyboard.enter tells: a client must never see the release of a key it does not know to be down. */
  visible(): number[] {
    return [...this.#keys].filter(([, visible]) => visible).map(([code]) => code);
  }

  all(): number[] {
    return [...this.#keys.keys()];
  }
}
