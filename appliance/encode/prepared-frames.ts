import type { EncodedFrame } from '../../native/pixels/index.ts';

/** A lost packet delays the first frames by more than they take: only what this many bytes took says something. */
const TELLING_BYTES = 128 * 1024;
/** What is typed waits for all that is left: longer than that it must not. */
const LONGEST_MS = 1500;

/** Frames made before the terminal came, on their way to it one after the other. */
export class PreparedFrames {
  #frames: readonly EncodedFrame[] = [];
  readonly #sent = new Map<number, number>();
  #beganMs: number | null = null;
  #shownBytes = 0;

  constructor(frames: readonly EncodedFrame[] = []) {
    this.#frames = frames;
  }

  get areLeft(): boolean {
    return this.#frames.length > 0;
  }

  /** @param number it is sent as */
  take(number: number, nowMs: number): EncodedFrame | undefined {
    const [frame, ...rest] = this.#frames;
    this.#frames = rest;
    this.#beganMs ??= nowMs;
    if (frame) this.#sent.set(number, frame.payload.length);
    return frame;
  }

  /** @param number of a frame that the terminal shows, with all before it */
  acknowledged(number: number): void {
    for (const [sent, bytes] of this.#sent) {
      if (sent > number) continue;
      this.#shownBytes += bytes;
      this.#sent.delete(sent);
    }
  }

  /** As quick as they went so far, the others are there too late. */
  takeTooLong(nowMs: number): boolean {
    if (this.#beganMs === null || this.#shownBytes < TELLING_BYTES) return false;
    const leftBytes = this.#frames.reduce((sum, { payload }) => sum + payload.length, 0);
    return leftBytes * (nowMs - this.#beganMs) > LONGEST_MS * this.#shownBytes;
  }

  drop(): void {
    this.#frames = [];
    this.#sent.clear();
  }
}
