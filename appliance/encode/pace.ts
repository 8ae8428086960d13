/** Frames that may be on their way to a terminal without its acknowledgement, unless its way is long. */
const MIN_IN_FLIGHT = 2;
/** An acknowledgement that never comes must not freeze the picture for ever. */
const ACK_TIMEOUT_MS = 4000;

/**
 * Decides when the next frame may be taken. Frames leave as soon as something changed and fewer than a few
 * are unacknowledged; what changes meanwhile merges into the next one, so nothing is ever queued.
 */
export class Pace {
  readonly #sentAtMs = new Map<number, number>();
  readonly #onGivenUp: (frame: number) => void;
  /** At most that many frames at once. */
  maxInFlight = MIN_IN_FLIGHT;

  /** @param onGivenUp told of frames that count no longer, without an acknowledgement */
  constructor(onGivenUp: (frame: number) => void = () => {}) {
    this.#onGivenUp = onGivenUp;
  }

  maySend(nowMs: number): boolean {
    return this.waitMs(nowMs) === 0;
  }

  /** Time until a frame may be sent at the latest, whatever the terminal does; 0: now. */
  waitMs(nowMs: number): number {
    for (const [frame, sentAtMs] of this.#sentAtMs) {
      if (nowMs - sentAtMs < ACK_TIMEOUT_MS) continue;
      this.#sentAtMs.delete(frame);
      this.#onGivenUp(frame);
    }
    if (this.#sentAtMs.size < this.maxInFlight) return 0;
    return Math.min(...this.#sentAtMs.values()) + ACK_TIMEOUT_MS - nowMs;
  }

  sent(frame: number, nowMs: number): void {
    this.#sentAtMs.set(frame, nowMs);
  }

  /** An acknowledgement covers every frame before it. Unknown numbers are ignored: the terminal's word is not trusted. */
  acknowledged(frame: number): void {
    for (const sent of this.#sentAtMs.keys()) if (sent <= frame) this.#sentAtMs.delete(sent);
  }

  /** The frame is so small that nobody waits for its acknowledgement. */
  forgo(frame: number): void {
    this.#sentAtMs.delete(frame);
  }

  get inFlight(): number {
    return this.#sentAtMs.size;
  }
}
