/** Which devices hold which keys or buttons: what two keyboards press is one key to the session. */
export class HeldCodes {
  readonly #holders = new Map<number, Set<number>>();

  /** @returns whether nobody held it before */
  press(device: number, code: number): boolean {
    const holders = this.#holders.get(code);
    if (!holders) {
      this.#holders.set(code, new Set([device]));
      return true;
    }
    holders.add(device);
    return false;
  }

  /** @returns whether nobody holds it any more; false, too, when this device did not */
  release(device: number, code: number): boolean {
    const holders = this.#holders.get(code);
    if (!holders?.delete(device) || holders.size > 0) return false;
    return this.#holders.delete(code);
  }

  holdsAny(device: number): boolean {
    return [...this.#holders.values()].some((holders) => holders.has(device));
  }

  clear(): void {
    this.#holders.clear();
  }
}
