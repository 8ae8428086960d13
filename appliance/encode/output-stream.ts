import { composite, type EncodedFrame } from '../../native/pixels/index.ts';
import type { Output } from '../compositor/output/output.ts';
import type { PendingFeedback } from '../compositor/scene/scene.ts';
import { LinkEstimate } from './adaptation/link-estimate.ts';
import { type Place, WaitingTiles } from './adaptation/waiting-tiles.ts';
import { type Next, Window } from './adaptation/window.ts';
import { CallbackClock } from './callback-clock.ts';
import { type Canvas, CanvasShelf } from './canvas-shelf.ts';
import { bytesOf } from './frame-bytes.ts';
import type { OutputStreamDeps } from './output-stream-deps.ts';
import { Pace } from './pace.ts';
import { PreparedFrames } from './prepared-frames.ts';
import type { PictureWish } from './prepared-picture.ts';
import { MAX_UNSEEN, SeenFrames } from './seen-frames.ts';
import { FreeClock } from './video/free-clock.ts';
import { LaterHalf } from './video/later-half.ts';
import { type EncodedVideos, NO_VIDEOS, VideoStreams } from './video/video-streams.ts';

export type { OutputStreamDeps, TakenFrame } from './output-stream-deps.ts';

/** Up to this many damaged pixels are encoded where they stand: the way to a worker and back would take longer. */
const INLINE_PIXELS = 192 * 192;
/** A frame amid a film that says nothing of what else goes. */
const SMALL_BYTES = 2048;
/** When the link is full of what nobody acknowledges. */
const NO_ROOM_RETRY_MS = 100;
/** What video left inexact is looked at this long after the last frame: a little longer than films rest between pictures. */
const REFINE_MS = 130;
const NO_RECTS = new Int32Array(0);
/** Of zstd, for links that no time is spent for. */
const QUICK_LEVEL = 1;
/** Applications whose pictures a slow link takes longer for draw on anyway: a film must be seen to be one. */
const LONGEST_HOLD_MS = 250;

/** The frames of one output on their way to one terminal: composes, encodes and sends, never two at a time. */
export class OutputStream {
  readonly #deps: OutputStreamDeps;
  readonly #link: LinkEstimate;
  readonly #window: Window;
  readonly #pace = new Pace((frame) => this.#link.forgetUpTo(this.#deps.output.id, frame));
  readonly #callbacks: CallbackClock;
  readonly #canvases: CanvasShelf | null;
  readonly #canvas: Canvas;
  /** Made before the terminal came; the encoder counts them as shown already. */
  readonly #prepared: PreparedFrames;
  /** Applications that wait for the right time to draw again. */
  #waiting: PendingFeedback[] = [];
  readonly #seen: SeenFrames;
  #retry: NodeJS.Timeout | null = null;
  readonly #videos = new VideoStreams();
  readonly #freeClock = new FreeClock();
  #videoAllowed: boolean;
  #refining: NodeJS.Timeout | null = null;
  #refineDue = false;
  /** The last frame had a picture of a film. */
  #filming = false;
  /** What the last frame left for the next ones. */
  #left: WaitingTiles | null = null;
  /** Since when applications wait for what is left. */
  #holdingSinceMs = 0;
  /** The frame under way is a slice, perhaps: who waits for it is found out when it is clear what it holds. */
  #sliced = false;
  /** Of a film, while nothing was heard of the first half of its picture. */
  #later: LaterHalf | null = null;
  #laterCovered = 0;
  /** When what was prepared was taken. */
  readonly #covered: number;
  #nextFrame: number;
  #keyWanted = true;
  #encoding = false;
  #ended = false;

  constructor(deps: OutputStreamDeps) {
    this.#deps = deps;
    this.#link = deps.link ?? new LinkEstimate();
    this.#window = new Window(this.#link);
    this.#videos.rate.link = this.#link;
    this.#videos.detail.allowed = deps.chromaDetail ?? false;
    this.#nextFrame = deps.firstFrame;
    this.#videoAllowed = deps.video ?? false;
    this.#seen = new SeenFrames(deps.output);
    const { widthPx, heightPx } = deps.output;
    this.#canvases = deps.canvases ?? null;
    const ready = this.#canvases?.takePrepared(this.#wish);
    this.#canvas = ready?.canvas ?? (this.#canvases ?? new CanvasShelf()).take(widthPx, heightPx);
    this.#prepared = new PreparedFrames(ready?.frames);
    this.#callbacks = new CallbackClock(
      1e6 / deps.output.refreshMhz,
      () => this.#sendCallbacks(),
      deps.nowMs,
    );
    deps.scene.damageAll(deps.output);
    this.#covered = deps.scene.covered;
  }

  /** Whether this stream's pictures are still the right ones for the output. */
  serves(output: Output): boolean {
    const { width, height } = this.#canvas.framebuffer;
    return output === this.#deps.output && output.widthPx === width && output.heightPx === height;
  }

  /** The output has another refresh, perhaps. */
  outputChanged(): void {
    this.#callbacks.periodMs = 1e6 / this.#deps.output.refreshMhz;
  }

  /** Number of the next frame. */
  get nextFrame(): number {
    return this.#nextFrame;
  }

  /** The terminal lost its picture: the next frame stands on its own. */
  requestKeyFrame(): void {
    this.#keyWanted = true;
    this.#later = null;
    this.#prepared.drop();
    this.#deps.scene.damageAll(this.#deps.output);
    this.tick();
  }

  /** @param receivedMs when it was complete, by the terminal's own clock */
  acknowledged(frame: number, receivedMs = 0): void {
    // What was assumed is so: nobody waits for it.
    if (this.#pace.inFlight === 0 && this.#seen.isEmpty) return;
    this.#link.acknowledged(this.#deps.output.id, frame, receivedMs, this.#deps.nowMs());
    this.#pace.acknowledged(frame);
    this.#prepared.acknowledged(frame);
    this.#tellClock();
    this.#seen.presentedUpTo(frame);
    this.tick();
  }

  /**
   * For `send`: nobody waits for the acknowledgement of the frame that is being sent.
   * @param showMs until the terminal will have shown it, as far as anybody knows
   */
  assumeShown(frame: number, showMs: number): void {
    this.#pace.forgo(frame);
    this.#link.forgo(this.#deps.output.id, frame);
    this.#seen.presentedUpTo(frame, showMs);
  }

  /** Takes a frame if there is something to show and the terminal can take it; otherwise the damage stays and merges. */
  tick(): void {
    if (this.#encoding || this.#ended) return;
    if (this.#prepared.areLeft) return this.#sendPrepared();
    const nowMs = this.#deps.nowMs();
    const waitMs = this.#waitMs(nowMs);
    if (waitMs > 0) return this.#retryAfter(waitMs);
    const hasRoom = this.#hasRoom();
    this.#freeClock.setBlocked(this.#isWaiting || !hasRoom, nowMs);
    if (this.#later && !this.#mayOvertake(this.#later)) return this.#sendLater(this.#later);
    if (!hasRoom && !this.#later && !this.#hasRoomForLittle())
      return this.#retryAfter(NO_ROOM_RETRY_MS);
    this.#sliced = this.#window.sliceBytes > 0 || this.#left !== null;
    const { scene, output } = this.#deps;
    const damage = scene.takeDamage(output);
    if (damage.length > 0 || this.#left || this.#refineDue) this.#deps.onTaken?.(damage.length > 0);
    if (damage.length === 0 && this.#left) return this.#encode(NO_RECTS, NO_RECTS);
    if (damage.length === 0) {
      this.#sliced = false;
      scene.frameComposed(output);
      // The frame that shows a cover may be on its way still.
      this.#collect(scene.takeFeedback(output, false));
      this.#callWaiting();
      this.#seen.presentTaken();
      if (this.#refineDue) this.#encode(NO_RECTS, NO_RECTS);
      return;
    }
    const copies = scene.takeCopies(output);
    const { list, sources } = scene.displayList(output);
    composite(this.#canvas.framebuffer, list, sources, damage);
    if (this.#sliced) scene.frameComposed(output);
    else this.#takeCallbacks();
    this.#encode(damage, copies);
    // What is small has left by now: a frame does not wait for what applications are told.
    this.#callWaiting();
  }

  /** As far as the link takes them; what has changed since comes after the last. */
  #sendPrepared(): void {
    const { covered, isCovered } = this.#deps.scene;
    const nowMs = this.#deps.nowMs();
    const isHopeless = this.#window.isNarrow && this.#prepared.takeTooLong(nowMs);
    if (covered !== this.#covered || isCovered || isHopeless) return this.requestKeyFrame();
    const waitMs = this.#waitMs(nowMs);
    if (waitMs > 0) return this.#retryAfter(waitMs);
    if (!this.#hasRoom()) return this.#retryAfter(NO_ROOM_RETRY_MS);
    const encoded = this.#prepared.take(this.#nextFrame, nowMs);
    const key = this.#keyWanted;
    this.#keyWanted = false;
    if (encoded) this.#send(encoded, NO_VIDEOS, key);
    this.#callWaiting();
    if (this.#keyWanted) this.#prepared.drop();
    this.tick();
  }

  get #wish(): PictureWish {
    const { scene, output, tiles = 0, fine = false, graded = false } = this.#deps;
    return { scene, output, tiles, fine, graded };
  }

  #waitMs(nowMs: number): number {
    const halves = this.#later ? 1 : 0;
    this.#pace.maxInFlight = this.#prepared.areLeft ? MAX_UNSEEN : this.#window.frames + halves;
    return this.#pace.waitMs(nowMs);
  }

  #hasRoom(): boolean {
    return this.#deps.linkHasRoom() && this.#window.hasRoom(this.#deps.nowMs(), this.#next);
  }

  #hasRoomForLittle(): boolean {
    const { nowMs, linkHasRoom } = this.#deps;
    return linkHasRoom() && this.#window.hasRoomForLittle(nowMs()) && this.#isLittle;
  }

  get #isLittle(): boolean {
    const { scene, output } = this.#deps;
    const pixels = scene.damagedPixels(output);
    return pixels > 0 && pixels <= INLINE_PIXELS;
  }

  #mayOvertake(later: LaterHalf): boolean {
    if (this.#keyWanted || this.#refineDue || this.#left || !later.mayBeOvertaken) return false;
    return this.#deps.linkHasRoom() && this.#isLittle;
  }

  #sendLater(later: LaterHalf): void {
    const { scene, linkHasRoom } = this.#deps;
    if (scene.covered !== this.#laterCovered) return this.requestKeyFrame();
    const hasRoom = linkHasRoom() && this.#window.hasRoomForSecond(later.bytes);
    if (!hasRoom) return this.#retryAfter(NO_ROOM_RETRY_MS);
    this.#flushLater();
    this.tick();
  }

  #flushLater(): void {
    const later = this.#later;
    if (!later) return;
    this.#later = null;
    const { encoded, videos } = later.frame;
    this.#letDraw();
    this.#deliver(encoded, videos, false);
    this.#callWaiting();
  }

  #letDraw(): void {
    const { scene, output } = this.#deps;
    // A cover that came meanwhile is not what the film's picture shows.
    this.#collect(scene.takeFeedback(output, false, this.#holds()));
  }

  get #next(): Next {
    if (this.#prepared.areLeft) return 'prepared';
    if (this.#filming && !this.#refineDue) return 'film';
    return this.#left ? 'rest' : 'change';
  }

  #tellClock(): void {
    const nowMs = this.#deps.nowMs();
    const busy = this.#encoding || this.#isWaiting || this.#waitMs(nowMs) > 0;
    const blocked = busy || !this.#hasRoom();
    this.#freeClock.setBlocked(blocked, nowMs);
  }

  /** Something that was composed has not left yet. */
  get #isWaiting(): boolean {
    return this.#left !== null || this.#later !== null;
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
    const nowMs = this.#deps.nowMs();
    const video = this.#videoAllowed ? { nowMs, freeMs: this.#freeClock.at(nowMs) } : undefined;
    const { tiles = 0, fine = false, graded = false } = this.#deps;
    const { level, sliceBytes: budgetBytes } = this.#window;
    const thorough = level > QUICK_LEVEL;
    const options = { level, key, video, tiles, fine, thorough, graded, budgetBytes };
    const { framebuffer, encoder } = this.#canvas;
    const refines = this.#refineDue;
    this.#refineDue = false;
    if (!key && !refines && !this.#left && area(damage) <= INLINE_PIXELS) {
      const encoded = encoder.encode(framebuffer, damage, copies, options);
      if (encoded.videos.length === 0) {
        if (encoded.changed) this.#later?.overtakenBy(encoded);
        this.#send(encoded, NO_VIDEOS, key);
        this.#callWaiting();
        if (this.#left || this.#later) this.tick();
        return;
      }
      return this.#finish(this.#withVideos(encoded, nowMs), covered, key);
    }
    const encoding = encoder.encodeAsync(framebuffer, damage, copies, options);
    this.#finish(
      encoding.then((encoded) => this.#withVideos(encoded, nowMs)),
      covered,
      key,
    );
  }

  #finish(work: Promise<Work>, covered: number, key: boolean): void {
    this.#encoding = true;
    this.#tellClock();
    work
      .then(({ encoded, videos }) => {
        this.#encoding = false;
        this.#tellClock();
        if (this.#ended) return this.#putBack();
        if (covered !== this.#deps.scene.covered) this.#drop();
        else if (videos) this.#sendInHalves(encoded, videos, key);
        else this.requestKeyFrame();
        this.#callWaiting();
        this.tick();
      })
      .catch(this.#deps.onFailure);
  }

  /** Without an encoder there is no video on this output any more: the next frame shows everything exactly. */
  async #withVideos(encoded: EncodedFrame, timeMs: number): Promise<Work> {
    try {
      return await this.#videos.encode(this.#canvas.framebuffer, encoded, timeMs);
    } catch (error) {
      this.#videoAllowed = false;
      this.#canvas.encoder.reset();
      if (!this.#ended) this.#deps.onVideoFailure?.(error);
      return { encoded, videos: null };
    }
  }

  /** The encoder decides what rested long enough; it has to be asked when no damage does it. */
  #refineLater(lossy: boolean): void {
    if (this.#refining) clearTimeout(this.#refining);
    this.#refining = null;
    if (!lossy) return;
    this.#refining = setTimeout(() => {
      this.#refining = null;
      this.#refineDue = true;
      this.tick();
    }, REFINE_MS);
    this.#refining.unref();
  }

  #sendInHalves(encoded: EncodedFrame, videos: EncodedVideos, key: boolean): void {
    this.#flushLater();
    const bytes = videos.payloads[1]?.length ?? 0;
    const before = bytesOf(encoded, videos) - bytes;
    const whole = key || bytes === 0 || this.#window.hasRoomForSecond(bytes, before);
    const halves = whole ? null : LaterHalf.of({ encoded, videos });
    this.#later = halves?.later ?? null;
    this.#laterCovered = this.#deps.scene.covered;
    if (halves) this.#send(halves.first.encoded, halves.first.videos, key);
    else this.#send(encoded, videos, key);
  }

  #send(encoded: EncodedFrame, videos: EncodedVideos, key: boolean): void {
    const goesOn = this.#filming && encoded.streams !== 0 && encoded.payload.length < SMALL_BYTES;
    this.#filming = videos.pictures.length > 0 || goesOn;
    this.#keepLeft(encoded);
    this.#refineLater(encoded.lossy);
    if (this.#sliced) this.#takeCallbacks();
    // Nothing differs: the terminal shows it already.
    if (!encoded.changed && !key) return this.#seen.presentTaken();
    this.#deliver(encoded, videos, key);
  }

  #deliver(encoded: EncodedFrame, videos: EncodedVideos, key: boolean): void {
    const frame = this.#nextFrame++;
    const { widthPx, heightPx } = this.#deps.output;
    const nowMs = this.#deps.nowMs();
    this.#pace.sent(frame, nowMs);
    this.#link.sent(this.#deps.output.id, frame, bytesOf(encoded, videos), nowMs);
    this.#seen.sent(frame);
    const delivered = this.#deps.send({ frame, key, encoded, videos, widthPx, heightPx });
    this.#tellClock();
    if (delivered) return;
    // The encoder takes what it returned for shown, and the scene what was taken.
    this.#later = null;
    this.#canvas.encoder.reset();
    this.#keyWanted = true;
    this.#deps.scene.damageAll(this.#deps.output);
  }

  /** What was lossy is made exact slice by slice, without a pause between them. */
  #keepLeft({ waiting, changed, lossy, videos }: EncodedFrame): void {
    if (!this.#left) this.#holdingSinceMs = this.#deps.nowMs();
    this.#left = waiting ? new WaitingTiles(waiting, this.#canvas.framebuffer.width) : null;
    if (this.#sliced && lossy && changed && videos.length === 0) this.#refineDue = true;
  }

  /** The session was locked meanwhile: nobody may see this frame, so the terminal does not have what the encoder believes. */
  #drop(): void {
    const { scene, output } = this.#deps;
    if (this.#sliced) this.#collect(scene.takeFeedback(output, false, this.#holds()));
    this.#callWaiting();
    this.#seen.discardTaken();
    this.requestKeyFrame();
  }

  #takeCallbacks(): void {
    const { scene, output } = this.#deps;
    const feedback = this.#sliced
      ? scene.takeFeedback(output, this.#left === null, this.#holds())
      : scene.frameTaken(output);
    this.#collect(feedback);
  }

  #collect(feedback: PendingFeedback): void {
    if (feedback.empty) return;
    this.#waiting.push(feedback);
    if (feedback.awaitsSight) this.#seen.take(feedback);
  }

  #callWaiting(): void {
    if (this.#waiting.length > 0) this.#callbacks.request();
  }

  /** Applications wait for their pictures to be delivered, so that they do not run ahead of a slow link. */
  #holds(): ((place: Place) => boolean) | undefined {
    const left = this.#left;
    // Where the picture is turned, tiles and places are told in different ways.
    if (this.#deps.output.transform !== 0) return;
    const later = this.#later;
    if (later) return (place) => later.isMostOf(place);
    if (!left) return;
    // The rest goes in a moment: whoever draws a film has to draw on, to be recognised.
    if (this.#window.isCautious) return;
    const nowMs = this.#deps.nowMs();
    if (nowMs - this.#holdingSinceMs < LONGEST_HOLD_MS) return (place) => left.within(place);
    this.#holdingSinceMs = nowMs;
    return;
  }

  #sendCallbacks(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const feedback of waiting) feedback.sendFrameCallbacks(this.#deps.nowMs());
  }

  /** Once, when the stream has ended and no worker is at it. */
  #putBack(): void {
    this.#canvases?.put(this.#canvas, this.#wish, this.#link.bytesPerMs);
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sendCallbacks();
    this.#seen[Symbol.dispose]();
    if (this.#retry) clearTimeout(this.#retry);
    // Whoever hears their acknowledgements from now on did not send them: they would fill the link for ever.
    this.#link.forgetUpTo(this.#deps.output.id, this.#nextFrame - 1);
    this.#refineLater(false);
    this.#videos[Symbol.dispose]();
    this.#callbacks[Symbol.dispose]();
    if (!this.#encoding) this.#putBack();
  }
}

interface Work {
  readonly encoded: EncodedFrame;
  /** Null: video failed. */
  readonly videos: EncodedVideos | null;
}

function area(rects: Int32Array): number {
  let pixels = 0;
  for (let i = 0; i < rects.length; i += 4) pixels += (rects[i + 2] ?? 0) * (rects[i + 3] ?? 0);
  return pixels;
}
