import type { Framebuffer, VideoPart } from '../../../native/pixels/index.ts';
import { VideoEncoder } from '../../../native/video-encode/index.ts';
import { VideoCodec, VideoColour, type VideoPicture } from '../../../protocol/generated/display.ts';
import { videoTime } from '../../../protocol/video-time.ts';
import { VideoRate } from './video-rate.ts';

/** H.264's quantiser: better pictures than this look the same. */
const MIN_QP = 20;

/** Pictures of video streams, as they go into a frame. */
export interface EncodedVideos {
  readonly pictures: readonly VideoPicture[];
  /** Of each picture. */
  readonly payloads: readonly Uint8Array[];
}

export const NO_VIDEOS: EncodedVideos = { pictures: [], payloads: [] };

/** Encoders of one output's video streams. One exists only while its stream goes on: it holds tens of megabytes. */
export class VideoStreams {
  readonly #encoders = new Map<number, VideoEncoder>();
  readonly rate = new VideoRate();

  /** Frees the encoders of streams that have ended. @param streams bit i: stream i goes on */
  keep(streams: number): void {
    for (const [stream, encoder] of this.#encoders) {
      if ((streams & (1 << stream)) !== 0) continue;
      encoder[Symbol.dispose]();
      this.#encoders.delete(stream);
    }
  }

  /**
   * Encodes on worker threads, one stream after the other. `source` must not change until the promise settles.
   * @throws Error when a picture cannot be encoded; every stream has to begin anew then
   */
  async encode(
    source: Framebuffer,
    parts: readonly VideoPart[],
    timeMs: number,
  ): Promise<EncodedVideos> {
    if (parts.length === 0) return NO_VIDEOS;
    const pictures: VideoPicture[] = [];
    const payloads: Uint8Array[] = [];
    for (const part of parts) {
      const { encoder, made } = this.#encoderOf(part);
      encoder.kbitPerS = this.rate.kbitPerS;
      const { bytes, key } = await encoder.encode(source, part, { key: part.key || made, timeMs });
      payloads.push(bytes);
      pictures.push(pictureOf(part, { bytes: bytes.length, key, time: videoTime(timeMs) }));
    }
    return { pictures, payloads };
  }

  #encoderOf({ stream, width, height }: VideoPart): { encoder: VideoEncoder; made: boolean } {
    const present = this.#encoders.get(stream);
    if (present?.width === width && present.height === height)
      return { encoder: present, made: false };
    present?.[Symbol.dispose]();
    this.#encoders.delete(stream);
    const { kbitPerS } = this.rate;
    const encoder = new VideoEncoder({ width, height, kbitPerS, minQp: MIN_QP });
    this.#encoders.set(stream, encoder);
    return { encoder, made: true };
  }

  [Symbol.dispose](): void {
    this.keep(0);
  }
}

const pictureOf = (
  part: VideoPart,
  { bytes, key, time }: Pick<VideoPicture, 'bytes' | 'key' | 'time'>,
): VideoPicture => ({
  stream: part.stream,
  codec: VideoCodec.h264,
  key,
  colour: VideoColour.bt709Full420,
  x: part.x,
  y: part.y,
  widthPx: part.width,
  heightPx: part.height,
  bytes,
  time,
});
