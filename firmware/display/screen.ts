import type { FrameUpdate } from '../../protocol/generated/display.ts';
import { KeyFrameReason } from '../../protocol/generated/display.ts';

/** A picture is compared with its checksum after this long without a frame. */
const SETTLED_MS = 200;
/** Frames kept because one before them is still under way. */
const MAX_EARLY = 4;

/** The pixels of one screen, wherever they are. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** @returns x, y, w, h per changed rectangle @throws RangeError; the picture is unchanged then */
  apply(regions: Int32Array, payload: Uint8Array, compressed: boolean): Int32Array;
  checksum(): number;
}

export interface ScreenDeps<P extends Picture> {
  readonly createPicture: (width: number, height: number) => P;
  /** Draws what changed; without a picture (its key frame is under way) the frame is only to be acknowledged. */
  readonly draw: (picture: P | null, damage: Int32Array, header: FrameUpdate) => void;
  readonly requestKeyFrame: (reason: number) => void;
  /** The picture has settled and is exactly what the session composed. */
  readonly onVerified?: () => void;
}

interface Arrived {
  readonly header: FrameUpdate;
  readonly payload: Uint8Array;
}

/** One screen of the terminal: puts frames in order, applies them, and proves the picture when it has settled. */
export class Screen<P extends Picture> {
  readonly #deps: ScreenDeps<P>;
  readonly #early = new Map<number, Arrived>();
  #picture: P | null = null;
  #next = 0;
  #checksum = 0;
  #broken = false;
  #settled: ReturnType<typeof setTimeout> | null = null;

  constructor(deps: ScreenDeps<P>) {
    this.#deps = deps;
  }

  get picture(): P | null {
    return this.#picture;
  }

  /** Takes a frame off the link; links with a stream per frame may deliver a later one first. */
  receive(header: FrameUpdate, payload: Uint8Array): void {
    if (this.#next === 0 || header.key) this.#next = Math.max(this.#next, header.frame);
    if (header.frame < this.#next) return;
    if (header.frame > this.#next && this.#early.size < MAX_EARLY) {
      this.#early.set(header.frame, { header, payload });
      return;
    }
    this.#take(header, payload);
    for (let early = this.#early.get(this.#next); early; early = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#take(early.header, early.payload);
    }
  }

  #take(header: FrameUpdate, payload: Uint8Array): void {
    this.#next = header.frame + 1;
    if (header.key) this.#broken = false;
    const picture = this.#pictureFor(header);
    const damage = picture && !this.#broken ? this.#apply(picture, header, payload) : NO_DAMAGE;
    this.#deps.draw(picture, damage, header);
    this.#watchSettling();
  }

  #apply(picture: P, header: FrameUpdate, payload: Uint8Array): Int32Array {
    try {
      this.#checksum = header.checksum;
      return picture.apply(header.regions, payload, header.payloadCompressed);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#broken = true;
      this.#deps.requestKeyFrame(KeyFrameReason.decode);
      return NO_DAMAGE;
    }
  }

  /** A picture of another size begins with a key frame; without one there is nothing to draw on. */
  #pictureFor({ widthPx, heightPx, key }: FrameUpdate): P | null {
    const fits = this.#picture?.width === widthPx && this.#picture.height === heightPx;
    if (fits) return this.#picture;
    if (!key) {
      this.#broken = true;
      this.#deps.requestKeyFrame(KeyFrameReason.resized);
      return null;
    }
    this.#picture = this.#deps.createPicture(widthPx, heightPx);
    return this.#picture;
  }

  #watchSettling(): void {
    if (this.#settled) clearTimeout(this.#settled);
    this.#settled = setTimeout(() => this.#verify(), SETTLED_MS);
  }

  #verify(): void {
    this.#settled = null;
    if (this.#broken || !this.#picture) return;
    if (this.#picture.checksum() === this.#checksum) this.#deps.onVerified?.();
    else this.#deps.requestKeyFrame(KeyFrameReason.checksum);
  }

  [Symbol.dispose](): void {
    if (this.#settled) clearTimeout(this.#settled);
    this.#early.clear();
  }
}

const NO_DAMAGE = new Int32Array(0);
