/** More than a film of 1280x720 needs at 30 pictures a second. */
const MAX_KBIT_PER_S = 20_000;
const MIN_KBIT_PER_S = 500;
/** A frame that was on its way for longer than the quickest one by this much waited in a queue. */
const QUEUED_MS = 80;
/** A queue is emptied by sending less than the link takes. */
const LESS = 0.7;
const MORE = 1.06;
/** The rate changes only after the link had time to show what the last change did. */
const STEP_MS = 150;
/** The quickest way is measured anew after that long: routes change, and clocks drift. */
const FORGET_MS = 30_000;
/** Frames on their way; without an acknowledgement they are forgotten. */
const MAX_SENT = 8;

interface Sent {
  readonly atMs: number;
  readonly video: boolean;
}

/** The rate of video that the link takes without a queue, from how long frames were on their way to the terminal. */
export class VideoRate {
  readonly #sent = new Map<number, Sent>();
  #kbitPerS = MAX_KBIT_PER_S;
  #quickestMs = Number.POSITIVE_INFINITY;
  #quickestAtMs = 0;
  #steppedMs = 0;

  get kbitPerS(): number {
    return Math.round(this.#kbitPerS);
  }

  /** @param video the frame has pictures of video */
  sent(frame: number, video: boolean, nowMs: number): void {
    this.#sent.set(frame, { atMs: nowMs, video });
    for (const old of this.#sent.keys()) {
      if (this.#sent.size <= MAX_SENT) break;
      this.#sent.delete(old);
    }
  }

  /** @param receivedMs when the frame was complete, by the terminal's clock: only differences count */
  acknowledged(frame: number, receivedMs: number, nowMs: number): void {
    const sent = this.#sent.get(frame);
    if (!sent) return;
    this.#sent.delete(frame);
    const wayMs = receivedMs - sent.atMs;
    if (wayMs <= this.#quickestMs || nowMs - this.#quickestAtMs > FORGET_MS) {
      this.#quickestMs = wayMs;
      this.#quickestAtMs = nowMs;
    }
    if (sent.video && nowMs - this.#steppedMs >= STEP_MS) this.#step(wayMs, nowMs);
  }

  #step(wayMs: number, nowMs: number): void {
    this.#steppedMs = nowMs;
    const wanted = this.#kbitPerS * (wayMs > this.#quickestMs + QUEUED_MS ? LESS : MORE);
    this.#kbitPerS = Math.min(MAX_KBIT_PER_S, Math.max(MIN_KBIT_PER_S, wanted));
  }
}
