import { ProtocolError } from '../../protocol/errors.ts';
import { KeyFrameReason, type VideoPicture } from '../../protocol/generated/display.ts';
import type { ArrivedFrame } from '../connection/attachment.ts';

/** A picture is compared with its checksum after this long without a frame: reading it all costs a millisecond or more. */
const QUIET_MS = 1000;
/** The same while somebody waits for the proof. */
const WATCHED_QUIET_MS = 200;
/** A picture that never is quiet is compared this often. */
const LONGEST_UNPROVED_MS = 10_000;
/** Frames kept because one before them is still under way. */
const MAX_EARLY = 4;
const MAX_SIDE_PX = 16_384;
/** Taken, and waiting for a picture of video: a session that waits for acknowledgements sends two. */
const MAX_WAITING = 16;
/** More than any terminal asks for; memory for it is taken on the server's word. */
const MAX_PICTURE_PX = 1 << 26;

/** The pixels of one screen, wherever they are. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /**
   * Does beforehand what takes time; null: nothing does. apply() comes next, without another frame between.
   * @throws RangeError (rejects); the picture is unchanged then
   */
  prepare?(frame: ArrivedFrame): Promise<void> | null;
  /**
   * @param payload of the regions, then of the videos
   * @returns x, y, w, h per changed rectangle
   * @throws RangeError; the picture is unchanged then
   */
  apply(
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    videos: readonly VideoPicture[],
    fine: boolean,
  ): Int32Array;
  checksum(): number;
  /** By performance.now(), when showHeld() has to be called next; null or missing: nothing of what was applied waits. */
  readonly heldUntilMs?: number | null;
  /** Paints what has waited long enough. @returns as apply() @throws RangeError */
  showHeld?(nowMs: number): Int32Array;
  /** Another takes its place: it lets go of all but its pixels. */
  retire?(): void;
}

export interface ScreenDeps<P extends Picture> {
  readonly createPicture: (width: number, height: number) => P;
  /** Draws what changed; without a picture (its key frame is under way) the frame is only to be acknowledged. */
  readonly draw: (picture: P | null, damage: Int32Array, frame: ArrivedFrame) => void;
  /** Draws what changed by frames that were drawn before. */
  readonly redraw?: (picture: P, damage: Int32Array) => void;
  readonly requestKeyFrame: (reason: number) => void;
  /** The picture has settled and is exactly what the session composed. */
  readonly onVerified?: () => void;
}

/** One screen of the terminal: puts frames in order, applies them, and proves the picture when it has settled. */
export class Screen<P extends Picture> {
  readonly #deps: ScreenDeps<P>;
  readonly #early = new Map<number, ArrivedFrame>();
  /** In their order; the first is under way. */
  readonly #waiting: ArrivedFrame[] = [];
  #ended = false;
  #picture: P | null = null;
  #next = 0;
  #checksum = 0;
  /** What video painted is not refined yet: there is nothing to prove. */
  #lossy = false;
  #broken = false;
  #settled: ReturnType<typeof setTimeout> | null = null;
  #showing: ReturnType<typeof setTimeout> | null = null;
  #watched = false;
  #lastProofMs = performance.now();
  #lastFrameMs = 0;

  constructor(deps: ScreenDeps<P>) {
    this.#deps = deps;
  }

  get picture(): P | null {
    return this.#picture;
  }

  /** Takes a frame off the link; links with a stream per frame may deliver a later one first. */
  receive(arrived: ArrivedFrame): void {
    const { frame, key } = arrived.header;
    if (this.#next === 0 || key) this.#next = Math.max(this.#next, frame);
    if (frame < this.#next) return;
    if (frame > this.#next && this.#early.size < MAX_EARLY) {
      this.#early.set(frame, arrived);
      return;
    }
    // What is missing was given up by the session or never sent: only a whole picture helps.
    if (frame > this.#next && !key) this.#lose(KeyFrameReason.decode);
    this.#take(arrived);
    for (const early of this.#early.keys()) if (early < this.#next) this.#early.delete(early);
    for (let early = this.#early.get(this.#next); early; early = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#take(early);
    }
  }

  /** Proves the picture once nothing has come for a moment, also when nothing comes at all. */
  watchSettling(): void {
    this.#watched = true;
    this.#proveAfter(WATCHED_QUIET_MS);
  }

  /** @throws ProtocolError */
  #take(arrived: ArrivedFrame): void {
    this.#next = arrived.header.frame + 1;
    if (this.#waiting.push(arrived) > MAX_WAITING)
      throw new ProtocolError('too-long', 'FrameUpdate', 'frames that wait for video');
    if (this.#waiting.length === 1) this.#work();
  }

  #work(): void {
    for (let arrived = this.#waiting[0]; arrived; arrived = this.#waiting[0]) {
      const startMs = performance.now();
      if (arrived.header.key) this.#broken = false;
      const picture = this.#pictureFor(arrived.header);
      const ready = (!this.#broken && picture?.prepare?.(arrived)) || null;
      if (ready) return void this.#finishLater(ready, picture, arrived, startMs);
      this.#finish(picture, arrived, startMs);
      this.#waiting.shift();
    }
  }

  async #finishLater(
    ready: Promise<void>,
    picture: P | null,
    arrived: ArrivedFrame,
    startMs: number,
  ): Promise<void> {
    try {
      await ready;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (!this.#ended) this.#lose(KeyFrameReason.decode);
    }
    if (this.#ended) return;
    this.#finish(picture, arrived, startMs);
    this.#waiting.shift();
    try {
      this.#work();
    } catch (error) {
      // Of a frame that came long ago: there is nobody any more who would close the link.
      if (!(error instanceof ProtocolError)) throw error;
      this.#waiting.length = 0;
      this.#lose(KeyFrameReason.resized);
    }
  }

  /** @param startMs when decoding began */
  #finish(picture: P | null, arrived: ArrivedFrame, startMs: number): void {
    const damage = picture && !this.#broken ? this.#apply(picture, arrived) : NO_DAMAGE;
    const decodeUs = Math.max(1, Math.round((performance.now() - startMs) * 1000));
    this.#deps.draw(picture, damage, { ...arrived, decodeUs });
    this.#expectQuiet();
    this.#showLater();
  }

  #showLater(): void {
    const dueMs = this.#picture?.heldUntilMs ?? null;
    if (dueMs === null || this.#showing !== null) return;
    this.#showing = setTimeout(
      () => {
        this.#showing = null;
        this.#showHeld();
        this.#showLater();
      },
      Math.max(0, dueMs - performance.now()),
    );
  }

  #showHeld(): void {
    const picture = this.#picture;
    try {
      const damage = picture?.showHeld?.(performance.now()) ?? NO_DAMAGE;
      if (picture && damage.length > 0) this.#deps.redraw?.(picture, damage);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#lose(KeyFrameReason.decode);
    }
  }

  /** A timer per frame would be one more wake-up for each: a running one looks at the time when it fires. */
  #expectQuiet(): void {
    this.#lastFrameMs = performance.now();
    if (this.#settled === null) this.#proveAfter(this.#watched ? WATCHED_QUIET_MS : QUIET_MS);
  }

  #proveAfter(delayMs: number): void {
    if (this.#settled) clearTimeout(this.#settled);
    this.#settled = setTimeout(() => this.#proveIfQuiet(), delayMs);
  }

  #proveIfQuiet(): void {
    this.#settled = null;
    const nowMs = performance.now();
    const quietMs = this.#watched ? WATCHED_QUIET_MS : QUIET_MS;
    const restMs = this.#lastFrameMs + quietMs - nowMs;
    const overdue = !this.#watched && nowMs - this.#lastProofMs > LONGEST_UNPROVED_MS;
    if (restMs < 1 || overdue) this.#verify();
    else this.#proveAfter(restMs);
  }

  #apply(picture: P, { header, payload }: ArrivedFrame): Int32Array {
    try {
      const { regions, payloadCompressed, payloadFine, videos, checksum, lossy } = header;
      this.#checksum = checksum;
      this.#lossy = lossy;
      return picture.apply(regions, payload, payloadCompressed, videos, payloadFine);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#lose(KeyFrameReason.decode);
      return NO_DAMAGE;
    }
  }

  /** The picture cannot be brought up to date any more; asked for once. */
  #lose(reason: number): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#deps.requestKeyFrame(reason);
  }

  /** @throws ProtocolError for a size that no session has. A picture of another size begins with a key frame; without one there is nothing to draw on. */
  #pictureFor({ widthPx, heightPx, key }: ArrivedFrame['header']): P | null {
    const fits = this.#picture?.width === widthPx && this.#picture.height === heightPx;
    if (fits) return this.#picture;
    if (!key) {
      this.#lose(KeyFrameReason.resized);
      return null;
    }
    checkSize(widthPx, heightPx);
    this.#picture?.retire?.();
    this.#picture = this.#deps.createPicture(widthPx, heightPx);
    return this.#picture;
  }

  #verify(): void {
    if (this.#broken || this.#lossy || !this.#picture) return;
    if (this.#picture.checksum() !== this.#checksum) {
      this.#deps.requestKeyFrame(KeyFrameReason.checksum);
      return;
    }
    this.#watched = false;
    this.#lastProofMs = performance.now();
    this.#deps.onVerified?.();
  }

  [Symbol.dispose](): void {
    if (this.#settled) clearTimeout(this.#settled);
    if (this.#showing) clearTimeout(this.#showing);
    this.#early.clear();
    this.#waiting.length = 0;
    this.#ended = true;
  }
}

const NO_DAMAGE = new Int32Array(0);

function checkSize(widthPx: number, heightPx: number): void {
  const sides = [widthPx, heightPx];
  const fits = sides.every((side) => side >= 1 && side <= MAX_SIDE_PX);
  if (fits && widthPx * heightPx <= MAX_PICTURE_PX) return;
  throw new ProtocolError('out-of-range', 'FrameUpdate.widthPx', `${widthPx}x${heightPx}`);
}
