/** More than a film of 1280x720 needs at 30 pictures a second. */
const MAX_KBIT_PER_S = 20_000;
const MIN_KBIT_PER_S = 500;
/** Acknowledgements that come later than the quickest one by this much waited in a queue. */
const QUEUED_MS = 60;
/** A queue is emptied by sending less than the link takes. */
const LESS = 0.7;
const MORE = 1.06;
/** The rate changes only after the link had time to show what the last change did. */
const STEP_MS = 150;
/** The quickest way is measured anew after that long: routes change. */
const FORGET_MS = 30_000;

/** The rate of video that the link takes without a queue, from how long frames take to be acknowledged. */
export class VideoRate {
  #kbitPerS = MAX_KBIT_PER_S;
  #quickestMs = Number.POSITIVE_INFINITY;
  #quickestAtMs = 0;
  #steppedMs = 0;

  get kbitPerS(): number {
    return Math.round(this.#kbitPerS);
  }

  /** @param delayMs from sending a frame to its acknowledgement */
  acknowledged(delayMs: number, nowMs: number): void {
    if (delayMs <= this.#quickestMs || nowMs - this.#quickestAtMs > FORGET_MS) {
      this.#quickestMs = delayMs;
      this.#quickestAtMs = nowMs;
    }
    if (nowMs - this.#steppedMs < STEP_MS) return;
    this.#steppedMs = nowMs;
    const factor = delayMs > this.#quickestMs + QUEUED_MS ? LESS : MORE;
    const wanted = this.#kbitPerS * factor;
    this.#kbitPerS = Math.min(MAX_KBIT_PER_S, Math.max(MIN_KBIT_PER_S, wanted));
  }
}
