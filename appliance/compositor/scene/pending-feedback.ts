import type { WlCallback } from '../../../protocol/wayland/generated/wayland.ts';
import type { Output } from '../output/output.ts';
import type { PresentationFeedback } from '../surface/presentation-feedback.ts';
import type { Surface } from '../surface/surface.ts';

interface AwaitedFeedback {
  readonly surface: Surface;
  readonly feedback: PresentationFeedback;
}

/** Clients that wait for one frame. Its owner answers both questions once: when to draw next, and when it was seen. */
export class PendingFeedback {
  readonly #output: Output;
  #callbacks: WlCallback[] = [];
  #feedbacks: AwaitedFeedback[] = [];
  #seen: (() => void)[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  add(surface: Surface): void {
    for (const callback of surface.takeFrameCallbacks()) this.#callbacks.push(callback);
    for (const feedback of surface.takeFeedbacks()) this.#feedbacks.push({ surface, feedback });
  }

  /** Called once the frame was seen, or a later one, or nobody looks any more. */
  onSeen(callback: () => void): void {
    this.#seen.push(callback);
  }

  get empty(): boolean {
    return this.#callbacks.length + this.#feedbacks.length + this.#seen.length === 0;
  }

  /** Somebody wants to know when it was seen, not only when to draw next. */
  get awaitsSight(): boolean {
    return this.#feedbacks.length + this.#seen.length > 0;
  }

  /** `timeMs` of the compositor's clock. */
  sendFrameCallbacks(timeMs: number): void {
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) callback.sendDone(timeMs >>> 0);
  }

  /** `timeNs` of CLOCK_MONOTONIC. */
  presented(timeNs: bigint, refreshNs: number, sequence: number): void {
    const feedbacks = this.#feedbacks;
    this.#feedbacks = [];
    for (const { surface, feedback } of feedbacks) {
      const outputs = this.#output.resourcesOf(surface.client);
      feedback.presented(outputs, timeNs, refreshNs, sequence);
    }
    this.#tellSeen();
  }

  /** The frame was never seen. */
  discardFeedbacks(): void {
    const feedbacks = this.#feedbacks;
    this.#feedbacks = [];
    for (const { feedback } of feedbacks) feedback.discard();
    this.#tellSeen();
  }

  #tellSeen(): void {
    for (const seen of this.#seen.splice(0)) seen();
  }
}
