import { type LinkEstimate, NEARLY_NOTHING_BYTES } from './link-estimate.ts';

/** The link is busy with one slice of a large change for about this long; what is small comes in between. */
const SLICE_MS = 16;
/** A smaller slice is mostly heads, and compresses badly. */
const MIN_SLICE_BYTES = 5000;
/** That wait for the link at most when the next one is made: how quick it is shows when one follows another. */
const SLICES = 1.5;
/** A link that takes this in the time of a slice needs none: what a screen shows is hardly ever more. */
const NO_SLICES_BYTES = 768 * 1024;
/** What waits for acknowledgements at a terminal that shows one frame after the other. */
const MIN_FRAMES = 2;
const MAX_FRAMES = 16;
/** Stronger compression costs more time than a quick link would need for what it saves. */
const LEVELS = [
  { belowBytesPerMs: 700, level: 6 },
  { belowBytesPerMs: 2600, level: 3 },
] as const;
const QUICK_LEVEL = 1;
/** 8 Mbit/s: a desk with a photograph in a second. */
const NARROW_BYTES_PER_MS = 1000;

/** What is typed does not wait for the news of a change: so much more, at most. */
const LITTLE_BYTES = 2 * MIN_SLICE_BYTES;

/** What would go: all that was made ready, a picture of a film, a change, or the rest of one. */
export type Next = 'prepared' | 'film' | 'change' | 'rest';

/**
 * How much may be on its way to a terminal: what the link holds without a queue, and little more, so that it has
 * something to do until the acknowledgement is back.
 */
export class Window {
  readonly #link: LinkEstimate;
  /** What more of a change may go, when room was asked for last. */
  #burstBytes = Number.POSITIVE_INFINITY;

  constructor(link: LinkEstimate) {
    this.#link = link;
  }

  /** Bytes of a frame, about; 0: no bound. */
  get sliceBytes(): number {
    const bytes = this.#slice;
    return bytes >= NO_SLICES_BYTES ? 0 : Math.min(bytes, this.#burstBytes);
  }

  /** A frame may go while less than this is on its way. */
  get bytes(): number {
    return this.#link.bytesPerMs * this.#link.minRttMs + SLICES * this.#slice;
  }

  /** Frames of one output. */
  get frames(): number {
    return Math.min(MAX_FRAMES, MIN_FRAMES + Math.floor(this.#link.minRttMs / SLICE_MS));
  }

  /** For zstd. */
  get level(): number {
    const { bytesPerMs } = this.#link;
    return LEVELS.find(({ belowBytesPerMs }) => bytesPerMs < belowBytesPerMs)?.level ?? QUICK_LEVEL;
  }

  /** It takes much longer for a picture than one waits for it: what is typed must not wait for all of that. */
  get isNarrow(): boolean {
    return this.#link.bytesPerMs < NARROW_BYTES_PER_MS;
  }

  /** What waits does so because the link may have shrunk, not because it is known to be slow. */
  get isCautious(): boolean {
    return this.#burstBytes < this.#slice;
  }

  hasRoom(nowMs: number, next: Next = 'change'): boolean {
    const { inFlightBytes } = this.#link;
    const burstBytes = this.#burst(next);
    this.#burstBytes = Math.max(MIN_SLICE_BYTES, Math.round(burstBytes - inFlightBytes));
    if (inFlightBytes <= NEARLY_NOTHING_BYTES) return true;
    if (this.#slice >= NO_SLICES_BYTES) return inFlightBytes < this.bytes;
    if (this.#link.isStale(nowMs)) return false;
    return inFlightBytes < Math.min(this.bytes, burstBytes);
  }

  /** For what is small, when there is no room for the rest of something large. To be asked after hasRoom. */
  hasRoomForLittle(nowMs: number): boolean {
    if (!this.isCautious || this.#link.isStale(nowMs)) return false;
    const burstBytes = this.#link.burstBytes(false) + LITTLE_BYTES;
    return this.#link.inFlightBytes < Math.min(this.bytes, burstBytes);
  }

  /**
   * Whether the second picture of a film goes at once or with nothing heard of the first: that may not have gone yet.
   * @param bytes of the second @param before of what goes before it, and is not on its way yet
   */
  hasRoomForSecond(bytes: number, before = 0): boolean {
    const onItsWay = this.#link.inFlightBytes + before;
    if (onItsWay <= NEARLY_NOTHING_BYTES) return true;
    if (this.isNarrow && bytes > MIN_SLICE_BYTES) return onItsWay < this.bytes;
    return onItsWay + bytes <= this.#link.pictureBytes;
  }

  /** Pictures of a film are not divided, and what was prepared is a film's first picture to whoever waits for it. */
  #burst(next: Next): number {
    if (next === 'prepared' || next === 'film') return Number.POSITIVE_INFINITY;
    return this.#link.burstBytes(next === 'change');
  }

  get #slice(): number {
    return Math.max(MIN_SLICE_BYTES, Math.round(this.#link.bytesPerMs * SLICE_MS));
  }
}
