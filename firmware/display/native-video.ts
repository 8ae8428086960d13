import type { DecodedVideo } from '../../native/pixels/index.ts';
import {
  h264Chroma,
  MAX_VIDEO_HEIGHT,
  MAX_VIDEO_WIDTH,
  VideoDecoder,
  type VideoUnit,
} from '../../native/video-decode/index.ts';
import { VideoCodec, VideoColour, type VideoPicture } from '../../protocol/generated/display.ts';
import { CHROMA_DETAIL_CAPABILITY, videoCapabilityName } from '../../protocol/video-capability.ts';

/** Streams of one output; a decoder needs some ten pictures for each. */
const STREAMS = 2;

/** Names of the video decoders of this machine, for Hello. */
export function videoCapabilities(): string[] {
  const chroma = h264Chroma();
  if (!chroma) return [];
  const size = { maxWidthPx: MAX_VIDEO_WIDTH, maxHeightPx: MAX_VIDEO_HEIGHT };
  const name = videoCapabilityName({ codec: 'h264', chroma, ...size, streams: STREAMS });
  return [name, CHROMA_DETAIL_CAPABILITY];
}

/** What decoded anything since the start. */
const used = new Set<string>();
let tell: (by: string) => void = () => {};

/** @param listener hears, at its first picture, of each decoder that the process uses: one, or a second that took over */
export function onVideoDecoder(listener: (by: string) => void): void {
  tell = listener;
}

function noteDecoder(by: string): void {
  if (used.has(by)) return;
  used.add(by);
  tell(by);
}

const isDetail = (picture?: VideoPicture): boolean => picture?.colour === VideoColour.bt709Detail;

/** Whether the second picture of a frame may be there: detail belongs to the first. */
function isBeside(second: VideoPicture, first?: VideoPicture): boolean {
  if (!isDetail(second)) return true;
  if (first?.colour !== VideoColour.bt709Full420) return false;
  const { x, y, widthPx, heightPx } = first;
  const isSize = widthPx === second.widthPx && heightPx === second.heightPx;
  return isSize && x === second.x && y === second.y;
}

/** The video streams of one screen, decoded in native code. What comes is hostile until checked. */
export class NativeVideo {
  readonly #decoders = new Map<number, VideoDecoder>();

  /**
   * @param payload of a frame; its end is the pictures' bytes
   * @returns the decoded pictures, which live until the next call, and what is left of the payload
   * @throws RangeError when one cannot be decoded; only a key frame helps then
   */
  decode(
    pictures: readonly VideoPicture[],
    payload: Uint8Array,
  ): { videos: DecodedVideo[]; rest: Uint8Array } {
    const total = pictures.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total > payload.length)
      throw new RangeError('video refused: the payload is shorter than its pictures');
    let at = payload.length - total;
    const rest = payload.subarray(0, at);
    if (new Set(pictures.map(({ stream }) => stream)).size < pictures.length)
      throw new RangeError('video refused: two pictures of one stream');
    const [first, second] = pictures;
    if (isDetail(first) || (second && !isBeside(second, first)))
      throw new RangeError('video refused: detail of no picture');
    const units = pictures.map((picture) => {
      const unit = payload.subarray(at, at + picture.bytes);
      at += picture.bytes;
      return this.#unitOf(picture, unit);
    });
    const [whole] = units;
    VideoDecoder.decodeAll(
      units.map((unit, i) =>
        whole && isDetail(pictures[i]) ? { ...unit, detailOf: whole.decoder } : unit,
      ),
    );
    const videos = units.flatMap(({ decoder: { width, height, bytes, by } }, i) => {
      noteDecoder(by);
      const { stream, x, y } = pictures[i] as VideoPicture;
      return isDetail(pictures[i]) ? [] : [{ stream, x, y, width, height, bytes }];
    });
    return { videos, rest };
  }

  #unitOf(picture: VideoPicture, unit: Uint8Array): VideoUnit {
    const { codec, colour } = picture;
    if (codec !== VideoCodec.h264 || colour > VideoColour.bt709Detail)
      throw new RangeError('video refused: a codec that was not announced');
    const decoder = this.#decoderOf(picture);
    return { decoder, unit, limited: colour === VideoColour.bt709Limited420 };
  }

  #decoderOf({ stream, widthPx, heightPx, key }: VideoPicture): VideoDecoder {
    if (stream >= STREAMS) throw new RangeError('video refused: too many streams');
    const present = this.#decoders.get(stream);
    if (present?.width === widthPx && present.height === heightPx) return present;
    if (!key) throw new RangeError('video refused: a stream begins with a key picture');
    this.#forget(stream);
    const made = new VideoDecoder(widthPx, heightPx);
    this.#decoders.set(stream, made);
    return made;
  }

  /** A decoded picture is needed beyond the next call, until it is released. */
  keep({ stream, bytes }: DecodedVideo): void {
    const decoder = this.#decoders.get(stream);
    if (decoder?.bytes === bytes) decoder.keep();
  }

  /** Of a stream that has gone the picture is overwritten at once. */
  release({ stream, bytes }: DecodedVideo): void {
    const decoder = this.#decoders.get(stream);
    if (decoder?.bytes.length === bytes.length) decoder.giveBack(bytes);
    else bytes.fill(0);
  }

  #forget(stream: number): void {
    this.#decoders.get(stream)?.[Symbol.dispose]();
    this.#decoders.delete(stream);
  }

  /** Nothing of what was decoded is left. */
  wipe(): void {
    for (const stream of [...this.#decoders.keys()]) this.#forget(stream);
  }
}
