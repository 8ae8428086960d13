import { LinkEstimate } from '../../../../appliance/encode/adaptation/link-estimate.ts';
import { Window } from '../../../../appliance/encode/adaptation/window.ts';

export interface LinkShape {
  readonly bytesPerMs: number;
  /** One way. */
  readonly delayMs: number;
  /** A process is woken this much later, at most. */
  readonly jitterMs?: number;
}

interface OnItsWay {
  readonly frame: number;
  readonly bytes: number;
  readonly receivedMs: number;
  readonly acknowledgedMs: number;
}

/** A way with one queue to a terminal whose clock is another one, and a sender that asks the window. Time is the test's. */
export class SimulatedLink {
  readonly estimate = new LinkEstimate();
  readonly window = new Window(this.estimate);
  shape: LinkShape;
  /** What changes on a screen, in bytes; what is there already is not shown twice. */
  source: () => number = () => 1e9;
  #wanted = 0;
  nowMs = 0;
  delivered = 0;
  /** Of every frame: how long it waited before the link began with it. */
  waitsMs: number[] = [];
  readonly #random: () => number;
  readonly #offsetMs: number;
  #freeMs = 0;
  #lastReceivedMs = 0;
  #frame = 0;
  #way: OnItsWay[] = [];

  constructor(shape: LinkShape, random: () => number = () => 0, offsetMs = -5e6) {
    this.shape = shape;
    this.#random = random;
    this.#offsetMs = offsetMs;
  }

  /** What a key pressed now would wait for. */
  get backlogMs(): number {
    return Math.max(0, this.#freeMs - this.nowMs);
  }

  run(forMs: number, each: () => void = () => {}): void {
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs; this.nowMs += 0.5) {
      this.#arrive();
      this.#send();
      each();
    }
  }

  /** Bytes delivered in a time. */
  delivers(forMs: number): number {
    const before = this.delivered;
    this.run(forMs);
    return this.delivered - before;
  }

  #arrive(): void {
    for (;;) {
      const [first] = this.#way;
      if (!first || first.acknowledgedMs > this.nowMs) return;
      this.#way.shift();
      this.delivered += first.bytes;
      const receivedMs = first.receivedMs + this.#offsetMs;
      this.estimate.acknowledged(0, first.frame, receivedMs, this.nowMs);
    }
  }

  #send(): void {
    const { window, estimate } = this;
    while (
      estimate.inFlight < window.frames &&
      window.hasRoom(this.nowMs, this.#wanted > 0 ? 'rest' : 'change')
    ) {
      this.#wanted ||= this.source();
      if (this.#wanted === 0) return;
      const bytes = Math.min(this.#wanted, window.sliceBytes || 2e6);
      this.#wanted -= bytes;
      this.#sendFrame(bytes);
    }
  }

  #sendFrame(bytes: number): void {
    const { bytesPerMs, delayMs, jitterMs = 0 } = this.shape;
    const frame = ++this.#frame;
    const beginMs = Math.max(this.nowMs, this.#freeMs);
    this.waitsMs.push(beginMs - this.nowMs);
    this.#freeMs = beginMs + bytes / bytesPerMs;
    const late = this.#random() ** 4 * jitterMs;
    this.#lastReceivedMs = Math.max(this.#lastReceivedMs, this.#freeMs + delayMs + late);
    const receivedMs = this.#lastReceivedMs;
    const acknowledgedMs = receivedMs + delayMs + this.#random() ** 4 * jitterMs;
    this.#way.push({ frame, bytes, receivedMs, acknowledgedMs });
    this.estimate.sent(0, frame, bytes, this.nowMs);
  }
}

export const mbit = (perS: number): number => (perS * 1e6) / 8 / 1000;
