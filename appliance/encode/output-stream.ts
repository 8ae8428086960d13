import { composite, type EncodedFrame } from '../../native/pixels/index.ts';
import type { Output } from '../compositor/output/output.ts';
import type { PendingFeedback, Scene } from '../compositor/scene/scene.ts';
import { CallbackClock } from './callback-clock.ts';
import { type Canvas, CanvasShelf } from './canvas-shelf.ts';
import { Pace } from './pace.ts';

/** Up to this many damaged pixels are encoded where they stand: the way to a worker and back would take longer. */
const INLINE_PIXELS = 192 * 192;
/** Level 1 is the fastest of zstd that still takes text 40:1. */
const ZSTD_LEVEL = 1;
/** When the link is full of what nobody acknowledges. */
const NO_ROOM_RETRY_MS = 100;
/** Frames whose applications wait to be told that they were seen. */
const MAX_UNSEEN = 8;

export interface TakenFrame {
  readonly frame: number;
  readonly key: boolean;
  readonly encoded: EncodedFrame;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface OutputStreamDeps {
  readonly output: Output;
  readonly scene: Scene;
  /** False while the link cannot take a frame without queueing it. */
  readonly linkHasRoom: () => boolean;
  /** @returns false when the frame cannot be delivered any more */
  readonly send: (frame: TakenFrame) => boolean;
  /** Frames of an output count on when its stream is made anew. */
  readonly firstFrame: number;
  readonly nowMs: () => number;
  /** Where the stream's canvas comes from and goes in the end; without one it is the stream's alone. */
  readonly canvases?: CanvasShelf;
  readonly onFailure: (error: unknown) => void;
}

/** The frames of one output on their way to one terminal: composes, encodes and sends, never two at a time. */
export class OutputStream {
  readonly #deps: OutputStreamDeps;
  readonly #pace = new Pace();
  readonly #callbacks: CallbackClock;
  readonly #canvases: CanvasShelf | null;
  readonly #canvas: Canvas;
  /** Applications that wait for the right time to draw again. */
  #waiting: PendingFeedback[] = [];
  /** Applications that want to know when what they drew was seen, by the frame that shows it. */
  readonly #unseen = new Map<number, PendingFeedback[]>();
  /** Taken since the last frame that was sent. */
  #taken: PendingFeedback[] = [];
  #seen = 0;
  #retry: NodeJS.Timeout | null = null;
  #nextFrame: number;
  #keyWanted = true;
  #encoding = false;
  #ended = false;

  constructor(deps: OutputStreamDeps) {
    this.#deps = deps;
    this.#nextFrame = deps.firstFrame;
    const { widthPx, heightPx } = deps.output;
    this.#canvases = deps.canvases ?? null;
    this.#canvas = (this.#canvases ?? new CanvasShelf()).take(widthPx, heightPx);
    this.#callbacks = new CallbackClock(
      1e6 / deps.output.refreshMhz,
      () => this.#sendCallbacks(),
      deps.nowMs,
    );
    deps.scene.damageAll(deps.output);
  }

  /** Whether this stream's pictures are still the right ones for the output. */
  serves(output: Output): boolean {
    const { width, height } = this.#canvas.framebuffer;
    return output === this.#deps.output && output.widthPx === width && output.heightPx === height;
  }

  /** Number of the next frame. */
  get nextFrame(): number {
    return this.#nextFrame;
  }

  /** The terminal lost its picture: the next frame stands on its own. */
  requestKeyFrame(): void {
    this.#keyWanted = true;
    this.#deps.scene.damageAll(this.#deps.output);
    this.tick();
  }

  acknowledged(frame: number): void {
    this.#pace.acknowledged(frame);
    for (const [sent, feedbacks] of this.#unseen) {
      if (sent > frame) continue;
      this.#unseen.delete(sent);
      this.#presented(feedbacks);
    }
    this.tick();
  }

  /** Takes a frame if there is something to show and the terminal can take it; otherwise the damage stays and merges. */
  tick(): void {
    if (this.#encoding || this.#ended) return;
    const waitMs = this.#pace.waitMs(this.#deps.nowMs());
    if (waitMs > 0) return this.#retryAfter(waitMs);
    if (!this.#deps.linkHasRoom()) return this.#retryAfter(NO_ROOM_RETRY_MS);
    const { scene, output } = this.#deps;
    const damage = scene.takeDamage(output);
    if (damage.length === 0) {
      this.#takeCallbacks();
      this.#presented(this.#taken.splice(0));
      return;
    }
    const copies = scene.takeCopies(output);
    const { list, sources } = scene.displayList(output);
    composite(this.#canvas.framebuffer, list, sources, damage);
    this.#takeCallbacks();
    this.#encode(damage, copies);
  }

  /** An acknowledgement comes long before; without one (a frame was lost on the way) the picture must not freeze. */
  #retryAfter(waitMs: number): void {
    if (this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.tick();
    }, waitMs);
    this.#retry.unref();
  }

  #encode(damage: Int32Array, copies: Int32Array): void {
    const key = this.#keyWanted;
    this.#keyWanted = false;
    const { covered } = this.#deps.scene;
    const options = { level: ZSTD_LEVEL, key };
    const { framebuffer, encoder } = this.#canvas;
    if (!key && area(damage) <= INLINE_PIXELS) {
      this.#send(encoder.encode(framebuffer, damage, copies, options), key);
      return;
    }
    this.#encoding = true;
    encoder
      .encodeAsync(framebuffer, damage, copies, options)
      .then((encoded) => {
        this.#encoding = false;
        if (this.#ended) return this.#putBack();
        if (covered === this.#deps.scene.covered) this.#send(encoded, key);
        else this.#drop();
        this.tick();
      })
      .catch(this.#deps.onFailure);
  }

  #send(encoded: EncodedFrame, key: boolean): void {
    const taken = this.#taken;
    this.#taken = [];
    // Nothing differs: the terminal shows it already.
    if (!encoded.changed && !key) return this.#presented(taken);
    const frame = this.#nextFrame++;
    const { widthPx, heightPx } = this.#deps.output;
    this.#pace.sent(frame, this.#deps.nowMs());
    this.#remember(frame, taken);
    if (this.#deps.send({ frame, key, encoded, widthPx, heightPx })) return;
    // The encoder takes what it returned for shown.
    this.#canvas.encoder.reset();
    this.#keyWanted = true;
  }

  /** A terminal that acknowledges nothing must not make this grow. */
  #remember(frame: number, taken: PendingFeedback[]): void {
    this.#unseen.set(frame, taken);
    for (const [old, feedbacks] of this.#unseen) {
      if (this.#unseen.size <= MAX_UNSEEN) break;
      this.#unseen.delete(old);
      for (const feedback of feedbacks) feedback.discardFeedbacks();
    }
  }

  /** The session was locked meanwhile: nobody may see this frame, so the terminal does not have what the encoder believes. */
  #drop(): void {
    for (const feedback of this.#taken.splice(0)) feedback.discardFeedbacks();
    this.requestKeyFrame();
  }

  #takeCallbacks(): void {
    const feedback = this.#deps.scene.frameTaken(this.#deps.output);
    if (feedback.empty) return;
    this.#waiting.push(feedback);
    this.#taken.push(feedback);
    this.#callbacks.request();
  }

  #sendCallbacks(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const feedback of waiting) feedback.sendFrameCallbacks(this.#deps.nowMs());
  }

  #presented(feedbacks: readonly PendingFeedback[]): void {
    this.#seen++;
    const refreshNs = Math.round(1e12 / this.#deps.output.refreshMhz);
    const timeNs = process.hrtime.bigint();
    for (const feedback of feedbacks) feedback.presented(timeNs, refreshNs, this.#seen);
  }

  /** Once, when the stream has ended and no worker is at it. */
  #putBack(): void {
    this.#canvases?.put(this.#canvas);
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sendCallbacks();
    for (const feedbacks of [...this.#unseen.values(), this.#taken]) {
      for (const feedback of feedbacks) feedback.discardFeedbacks();
    }
    if (this.#retry) clearTimeout(this.#retry);
    this.#callbacks[Symbol.dispose]();
    if (!this.#encoding) this.#putBack();
  }
}

function area(rects: Int32Array): number {
  let pixels = 0;
  for (let i = 0; i < rects.length; i += 4) pixels += (rects[i + 2] ?? 0) * (rects[i + 3] ?? 0);
  return pixels;
}
