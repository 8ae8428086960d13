import type { Output } from '../compositor/output/output.ts';
import type { PendingFeedback } from '../compositor/scene/scene.ts';

/** Frames whose applications wait to be told that they were seen. */
export const MAX_UNSEEN = 16;

/** Applications that want to know when what they drew was seen, by the frame that shows it. */
export class SeenFrames {
  readonly #output: Output;
  readonly #unseen = new Map<number, PendingFeedback[]>();
  /** Taken since the last frame that was sent. */
  #taken: PendingFeedback[] = [];
  #seen = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  get isEmpty(): boolean {
    return this.#unseen.size === 0;
  }

  take(feedback: PendingFeedback): void {
    this.#taken.push(feedback);
  }

  /** What was taken is shown with that frame. A terminal that acknowledges nothing must not make this grow. */
  sent(frame: number): void {
    this.#unseen.set(frame, this.#taken);
    this.#taken = [];
    for (const [old, feedbacks] of this.#unseen) {
      if (this.#unseen.size <= MAX_UNSEEN) break;
      this.#unseen.delete(old);
      for (const feedback of feedbacks) feedback.discardFeedbacks();
    }
  }

  /** @param showMs from now until it is seen */
  presentedUpTo(frame: number, showMs = 0): void {
    for (const [sent, feedbacks] of this.#unseen) {
      if (sent > frame) continue;
      this.#unseen.delete(sent);
      this.#presented(feedbacks, showMs);
    }
  }

  /** The terminal shows already what was taken. */
  presentTaken(): void {
    this.#presented(this.#taken.splice(0), 0);
  }

  discardTaken(): void {
    for (const feedback of this.#taken.splice(0)) feedback.discardFeedbacks();
  }

  #presented(feedbacks: readonly PendingFeedback[], showMs: number): void {
    this.#seen++;
    if (feedbacks.length === 0) return;
    const refreshNs = Math.round(1e12 / this.#output.refreshMhz);
    const timeNs = process.hrtime.bigint() + BigInt(Math.round(showMs * 1e6));
    for (const feedback of feedbacks) feedback.presented(timeNs, refreshNs, this.#seen);
  }

  [Symbol.dispose](): void {
    this.discardTaken();
    for (const feedbacks of this.#unseen.values())
      for (const feedback of feedbacks) feedback.discardFeedbacks();
    this.#unseen.clear();
  }
}
