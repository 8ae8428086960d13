/** A clock that stands while no frame can be taken. */
export class FreeClock {
  #blockedMs = 0;
  #blockedSinceMs: number | null = null;

  /** To be told whenever it may have changed, and however often. */
  setBlocked(blocked: boolean, nowMs: number): void {
    if (blocked) this.#blockedSinceMs ??= nowMs;
    else if (this.#blockedSinceMs !== null) {
      this.#blockedMs += nowMs - this.#blockedSinceMs;
      this.#blockedSinceMs = null;
    }
  }

  at(nowMs: number): number {
    return (this.#blockedSinceMs ?? nowMs) - this.#blockedMs;
  }
}
