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

  constructor(output: Output) {
    this.#output = output;
  }

  add(surface: Surface): void {
    for (const callback of surface.takeFrameCallbacks()) this.#callbacks.push(callback);
    for (const feedback of surface.takeFeedbacks()) this.#feedbacks.push({ surface, feedback });
  }

  get empty(): boolean {
    return this.#callbacks.length === 0 && this.#feedbacks.length === 0;
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
  }

  /** The frame was never seen. */
  discardFeedbacks(): void {
    const feedbacks = this.#feedbacks;
    this.#feedbacks = [];
    for (const { feedback } of feedbacks) feedback.discard();
  }
}
