/** Who took a button's press, and therefore gets its release. */
export type ButtonOwner = 'client' | 'interceptor' | 'grab' | 'nobody';

/** More than any mouse has; a terminal that presses more is not believed. */
const BUTTONS_MAX = 32;

/** The buttons that are down. */
export class HeldButtons {
  readonly #owners = new Map<number, ButtonOwner>();

  has(code: number): boolean {
    return this.#owners.has(code);
  }

  get count(): number {
    return this.#owners.size;
  }

  get isFull(): boolean {
    return this.count >= BUTTONS_MAX;
  }

  press(code: number, owner: ButtonOwner): void {
    this.#owners.set(code, owner);
  }

  release(code: number): ButtonOwner {
    const owner = this.#owners.get(code) ?? 'nobody';
    this.#owners.delete(code);
    return owner;
  }

  /** A client's implicit grab: the pointer stays with the surface of the first press until the last release. */
  get implicitGrab(): boolean {
    return [...this.#owners.values()].includes('client');
  }

  /** Presses that clients know of and will see no release of, since a grab took over. */
  takeFromClients(): void {
    for (const [code, owner] of this.#owners) {
      if (owner === 'client') this.#owners.set(code, 'grab');
    }
  }

  codes(): number[] {
    return [...this.#owners.keys()];
  }
}
