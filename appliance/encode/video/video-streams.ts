import { availableParallelism } from 'node:os';
import type { EncodedFrame, Framebuffer, VideoPart } from '../../../native/pixels/index.ts';
import { type EncodedVideo, VideoEncoder } from '../../../native/video-encode/index.ts';
import { VideoCodec, VideoColour, type VideoPicture } from '../../../protocol/generated/display.ts';
import { videoTime } from '../../../protocol/video-time.ts';
import { ChromaDetail, DETAIL_KBIT_PER_S } from './chroma-detail.ts';
import { halvesOf, regionsOfHalves } from './halves.ts';
import { VideoRate } from './video-rate.ts';

/** H.264's quantiser: better pictures than this look the same. */
const MIN_QP = 20;
const MIN_KBIT_PER_S = 50;
/** Of a smaller film the halves cost more than they bring. */
const HALVED_PIXELS = 640 * 360;
/** On a slower link the encoder is not what is waited for, and between halves of poor quality an edge would be seen. */
const HALVED_KBIT_PER_S = 8000;
const WHOLE_KBIT_PER_S = 4000;
const CORES = availableParallelism();
/** A film that rested for so long begins anew anyway. */
const IDLE_MS = 4000;

/** Pictures of video streams, as they go into a frame. */
export interface EncodedVideos {
  readonly pictures: readonly VideoPicture[];
  /** Of each picture. */
  readonly payloads: readonly Uint8Array[];
}

export const NO_VIDEOS: EncodedVideos = { pictures: [], payloads: [] };

export interface FrameWithVideos {
  readonly encoded: EncodedFrame;
  readonly videos: EncodedVideos;
}

/** Encoders of one output's video streams. One exists only while its stream goes on: it holds tens of megabytes. */
export class VideoStreams {
  readonly #encoders = new Map<number, VideoEncoder>();
  readonly #cores: number;
  readonly #idleMs: number;
  #usedMs = 0;
  #idle: NodeJS.Timeout | null = null;
  /** One film is two streams now. */
  #halved = false;
  /** The other stream is what 4:2:0 loses of the film's chroma. */
  #detailed = false;
  readonly rate = new VideoRate();
  readonly detail = new ChromaDetail();

  /** @param cores to encode on @param idleMs encoders are freed when there was no picture for so long */
  constructor({ cores = CORES, idleMs = IDLE_MS } = {}) {
    this.#cores = cores;
    this.#idleMs = idleMs;
  }

  /**
   * Encodes the frame's videos on worker threads, side by side. `source` must not change until the promise settles.
   * @returns the frame with its videos; where a film is encoded in halves its regions are others
   * @throws Error when a picture cannot be encoded; every stream has to begin anew then
   */
  async encode(
    source: Framebuffer,
    encoded: EncodedFrame,
    timeMs: number,
  ): Promise<FrameWithVideos> {
    this.#keep(encoded.streams);
    const [film] = encoded.videos;
    if (!film) return { encoded, videos: NO_VIDEOS };
    this.#usedMs = performance.now();
    this.#idle ??= this.#freeIdleAfter(this.#idleMs);
    this.#detailed = isOne(encoded.streams) && this.detail.isWorthwhile(this.rate.link);
    this.#halved = !this.#detailed && this.#isHalved(encoded.streams, film);
    const halves = this.#halved ? halvesOf(film) : null;
    const detail = this.#detailed ? [{ ...film, stream: 1 - film.stream, detail: true }] : [];
    const parts: readonly Part[] = halves ?? [...encoded.videos, ...detail];
    const videos = await this.#encodeAll(source, parts, timeMs);
    if (!halves) return { encoded, videos };
    return { encoded: { ...encoded, regions: regionsOfHalves(encoded.regions, halves) }, videos };
  }

  /** Frees the encoders of streams that have ended. */
  #keep(streams: number): void {
    if ((this.#halved || this.#detailed) && isOne(streams)) return;
    this.#halved = false;
    this.#detailed = false;
    for (const [stream, encoder] of this.#encoders) {
      if ((streams & (1 << stream)) !== 0) continue;
      encoder[Symbol.dispose]();
      this.#encoders.delete(stream);
    }
  }

  /** A film may end without another frame. A timer for each picture would be one more wake for each. */
  #freeIdleAfter(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const restMs = this.#usedMs + this.#idleMs - performance.now();
      this.#idle = restMs > 1 ? this.#freeIdleAfter(restMs) : null;
      if (!this.#idle) this.#freeAll();
    }, delayMs).unref();
  }

  #freeAll(): void {
    this.#halved = false;
    this.#detailed = false;
    this.detail.forget();
    this.#keep(0);
  }

  #isHalved(streams: number, { width, height, key }: VideoPart): boolean {
    if (this.#cores < 2 || !isOne(streams) || width * height < HALVED_PIXELS) return false;
    // On a link that has just shrunk a key picture of the whole takes half a second.
    if (this.#halved && !key) return true;
    return this.rate.kbitPerS >= (this.#halved ? WHOLE_KBIT_PER_S : HALVED_KBIT_PER_S);
  }

  async #encodeAll(
    source: Framebuffer,
    parts: readonly Part[],
    timeMs: number,
  ): Promise<EncodedVideos> {
    const area = parts.reduce((sum, part) => sum + (part.detail ? 0 : areaOf(part)), 0);
    const made = await Promise.allSettled(
      parts.map(async (part) =>
        this.#encodeOne(source, part, { timeMs, share: areaOf(part) / area }),
      ),
    );
    const encoded: EncodedVideo[] = [];
    for (const each of made) {
      if (each.status === 'rejected') throw each.reason;
      encoded.push(each.value);
    }
    this.detail.saw(encoded.map(({ missed = -1 }) => missed));
    const time = videoTime(timeMs);
    return {
      pictures: parts.map((part, i) => pictureOf(part, encoded[i] as EncodedVideo, time)),
      payloads: encoded.map(({ bytes }) => bytes),
    };
  }

  #encodeOne(
    source: Framebuffer,
    part: Part,
    { timeMs, share }: { readonly timeMs: number; readonly share: number },
  ): Promise<EncodedVideo> {
    const kbitPerS = part.detail
      ? DETAIL_KBIT_PER_S
      : Math.max(MIN_KBIT_PER_S, Math.round(this.rate.kbitPerS * share));
    const { encoder, made } = this.#encoderOf(part, kbitPerS);
    encoder.kbitPerS = kbitPerS;
    return encoder.encode(source, part, { key: part.key || made, timeMs });
  }

  #encoderOf(
    { stream, width, height, detail = false }: Part,
    kbitPerS: number,
  ): { encoder: VideoEncoder; made: boolean } {
    const present = this.#encoders.get(stream);
    if (present?.width === width && present.height === height && present.detail === detail)
      return { encoder: present, made: false };
    present?.[Symbol.dispose]();
    this.#encoders.delete(stream);
    const encoder = new VideoEncoder({ width, height, kbitPerS, minQp: MIN_QP, detail });
    this.#encoders.set(stream, encoder);
    return { encoder, made: true };
  }

  [Symbol.dispose](): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = null;
    this.#freeAll();
  }
}

const isOne = (streams: number): boolean => streams === 1 || streams === 2;
const areaOf = ({ width, height }: VideoPart): number => width * height;

/** A stream's picture, or what 4:2:0 loses of it. */
type Part = VideoPart & { readonly detail?: boolean };

const pictureOf = (part: Part, { bytes, key }: EncodedVideo, time: number): VideoPicture => ({
  stream: part.stream,
  codec: VideoCodec.h264,
  key,
  colour: part.detail ? VideoColour.bt709Detail : VideoColour.bt709Full420,
  x: part.x,
  y: part.y,
  widthPx: part.width,
  heightPx: part.height,
  bytes: bytes.length,
  time,
});
