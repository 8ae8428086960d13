import type { VideoPicture } from '../../protocol/generated/display.ts';
import { Jitter } from './jitter.ts';

/** Numbers per region: encoding, x, y, w, h, a, b. */
const STRIDE = 7;
const VIDEO = 5;
const KEEP = 6;
/** Of a stream. */
const MAX_HELD = 2;
/** Of a picture; one that exact pixels tear into more is not worth to be held. */
const MAX_PIECES = 128;
/** What is due so soon is not worth a timer. */
const SOON_MS = 2;
const NOTHING = new Int32Array(0);
/** Regions of video have none. */
export const NO_PAYLOAD = new Uint8Array(0);

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Held<V> {
  readonly video: V;
  readonly dueMs: number;
  /** What of it nothing newer has covered. */
  pieces: Rect[];
}

export interface HeldVideoDeps<V> {
  /** Paints regions that are parts of the videos. @returns x, y, w, h per rectangle @throws RangeError */
  readonly paint: (regions: Int32Array, videos: readonly V[]) => Int32Array;
  /** A picture is needed until it is released. */
  readonly keep: (video: V) => void;
  readonly release: (video: V) => void;
}

/** What of a frame is to be painted at once. */
export interface NowOf<V> {
  readonly regions: Int32Array;
  readonly videos: readonly V[];
}

/**
 * Decoded pictures of video that wait for their time: at most two of a stream, and only where they come unevenly. All
 * else of a frame is painted as it comes; what is newer than a picture that waits is never painted over by it.
 */
export class HeldVideo<V extends { readonly stream: number }> {
  readonly #deps: HeldVideoDeps<V>;
  readonly #jitters = new Map<number, Jitter>();
  /** In their order. */
  #held: Held<V>[] = [];

  constructor(deps: HeldVideoDeps<V>) {
    this.#deps = deps;
  }

  /** When there is something to paint next; null: nothing waits. */
  get dueMs(): number | null {
    return this.#held.reduce<number | null>(
      (soonest, { dueMs }) => Math.min(soonest ?? dueMs, dueMs),
      null,
    );
  }

  /**
   * Takes the pictures that have to wait out of a frame.
   * @param paint paints what is left; what it throws is thrown
   * @returns x, y, w, h per rectangle that was painted
   */
  take(
    regions: Int32Array,
    videos: readonly V[],
    pictures: readonly VideoPicture[],
    { nowMs, paint }: { readonly nowMs: number; readonly paint: (now: NowOf<V>) => Int32Array },
  ): Int32Array {
    const waiting = this.#waitingOf(regions, videos, pictures, nowMs);
    const before = this.#makeWay(videos, waiting);
    if (waiting.size === 0 && this.#held.length === 0)
      return joined([before, paint({ regions, videos })]);
    const [, now] = parted(regions, ({ encoding, a }) => encoding === VIDEO && waiting.has(a));
    const left = videos.filter(({ stream }) => !waiting.has(stream));
    const damage = paint({ regions: now, videos: left });
    this.cover(now);
    for (const held of waiting.values()) {
      this.#deps.keep(held.video);
      this.#held.push(held);
    }
    return joined([before, damage]);
  }

  /** Paints what is due. @returns as paint() @throws RangeError */
  show(nowMs: number): Int32Array {
    const last = this.#held.findLastIndex(({ dueMs }) => dueMs <= nowMs + SOON_MS);
    return this.#paint(this.#held.splice(0, last + 1));
  }

  /** Nothing of what waits is shown. */
  clear(): void {
    for (const { video } of this.#held.splice(0)) this.#deps.release(video);
    this.#jitters.clear();
  }

  /** By stream, what has to wait: all of them or none. */
  #waitingOf(
    regions: Int32Array,
    videos: readonly V[],
    pictures: readonly VideoPicture[],
    nowMs: number,
  ): Map<number, Held<V>> {
    // Those of one frame are shown together: they may be halves of one film.
    let dueMs = nowMs;
    for (const { stream } of videos) {
      const time = pictures.find((picture) => picture.stream === stream)?.time ?? 0;
      dueMs = Math.max(dueMs, this.#jitterOf(stream).arrived(time, nowMs));
    }
    if (dueMs <= nowMs + SOON_MS) return new Map();
    const waiting = videos.map((video) => {
      return { video, dueMs, pieces: piecesOf(regions, video.stream) };
    });
    if (waiting.some(({ pieces }) => pieces.length > MAX_PIECES)) return new Map();
    return new Map(waiting.map((held) => [held.video.stream, held]));
  }

  #jitterOf(stream: number): Jitter {
    const present = this.#jitters.get(stream);
    if (present) return present;
    const made = new Jitter();
    this.#jitters.set(stream, made);
    return made;
  }

  /** Those of a stream are painted before a newer one is that does not wait, or when they are too many. */
  #makeWay(videos: readonly V[], waiting: ReadonlyMap<number, unknown>): Int32Array {
    const leaving = videos.flatMap(({ stream }) => {
      const older = this.#held.filter(({ video }) => video.stream === stream);
      return waiting.has(stream) ? older.slice(0, Math.max(0, older.length + 1 - MAX_HELD)) : older;
    });
    if (leaving.length === 0) return NOTHING;
    this.#held = this.#held.filter((each) => !leaving.includes(each));
    return this.#paint(leaving);
  }

  /** Something newer was painted than what waits. */
  cover(regions: Int32Array): void {
    if (this.#held.length === 0) return;
    const [, painted] = parted(regions, ({ encoding }) => encoding === KEEP);
    for (const held of this.#held) held.pieces = without(held.pieces, painted);
    const torn = this.#held.filter(({ pieces }) => pieces.length > MAX_PIECES);
    this.#held = this.#held.filter(({ pieces }) => pieces.length <= MAX_PIECES);
    // Its place is taken by the picture that comes next.
    for (const { video } of torn) this.#deps.release(video);
  }

  #paint(leaving: readonly Held<V>[]): Int32Array {
    try {
      return joined(
        leaving.map(({ video, pieces }) =>
          pieces.length > 0 ? this.#deps.paint(regionsOf(video.stream, pieces), [video]) : NOTHING,
        ),
      );
    } finally {
      for (const { video } of leaving) this.#deps.release(video);
    }
  }
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length < 2) return filled[0] ?? NOTHING;
  return Int32Array.from(filled.flatMap((part) => [...part]));
}

function parted(
  regions: Int32Array,
  first: (region: { readonly encoding: number; readonly a: number }) => boolean,
): [Int32Array, Int32Array] {
  const parts: [number[], number[]] = [[], []];
  for (let at = 0; at < regions.length; at += STRIDE) {
    const is = first({ encoding: regions[at] as number, a: regions[at + 5] as number });
    parts[is ? 0 : 1].push(...regions.subarray(at, at + STRIDE));
  }
  return [Int32Array.from(parts[0]), Int32Array.from(parts[1])];
}

function rectAt(regions: Int32Array, at: number): Rect {
  const [x, y, w, h] = regions.subarray(at + 1, at + 5) as unknown as [
    number,
    number,
    number,
    number,
  ];
  return { x, y, w, h };
}

/** What a picture of the stream paints, without what the same frame paints over it. */
function piecesOf(regions: Int32Array, stream: number): Rect[] {
  let pieces: Rect[] = [];
  for (let at = 0; at < regions.length && pieces.length <= MAX_PIECES; at += STRIDE) {
    if (regions[at] === VIDEO && regions[at + 5] === stream) pieces.push(rectAt(regions, at));
    else if (regions[at] !== KEEP) pieces = beyond(pieces, rectAt(regions, at));
  }
  return pieces;
}

function without(pieces: Rect[], regions: Int32Array): Rect[] {
  let left = pieces;
  for (let at = 0; at < regions.length && left.length <= MAX_PIECES; at += STRIDE)
    left = beyond(left, rectAt(regions, at));
  return left;
}

function beyond(pieces: Rect[], cover: Rect): Rect[] {
  if (!pieces.some((piece) => meet(piece, cover))) return pieces;
  return pieces.flatMap((piece) => beside(piece, cover));
}

function meet(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** What of a rectangle another one leaves: above, below, left and right of it. */
function beside(piece: Rect, cover: Rect): Rect[] {
  if (!meet(piece, cover)) return [piece];
  const top = Math.max(piece.y, cover.y);
  const bottom = Math.min(piece.y + piece.h, cover.y + cover.h);
  const right = cover.x + cover.w;
  const below = cover.y + cover.h;
  return [
    { ...piece, h: cover.y - piece.y },
    { ...piece, y: below, h: piece.y + piece.h - below },
    { x: piece.x, y: top, w: cover.x - piece.x, h: bottom - top },
    { x: right, y: top, w: piece.x + piece.w - right, h: bottom - top },
  ].filter(({ w, h }) => w > 0 && h > 0);
}

function regionsOf(stream: number, pieces: readonly Rect[]): Int32Array {
  return Int32Array.from(pieces.flatMap(({ x, y, w, h }) => [VIDEO, x, y, w, h, stream, 0]));
}
