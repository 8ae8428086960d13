import { VideoCodec, VideoColour, type VideoPicture } from '../../protocol/generated/display.ts';
import { videoCapabilityName } from '../../protocol/video-capability.ts';
import type { DecodedVideo } from '../decode/index.ts';

/** Constrained Baseline, level 5.1; in Annex B form, as there is no description. */
const CONFIG: VideoDecoderConfig = { codec: 'avc1.42E033', optimizeForLatency: true };
const STREAMS = 2;
const MAX_WIDTH = 3840;
const MAX_HEIGHT = 2160;
/** A picture that is not there by then never comes. */
const PATIENCE_MS = 2000;

/** Names of the video decoders of this browser, for Hello: those that give each picture before they want the next one. */
export async function webVideoCapabilities(): Promise<string[]> {
  if (!('VideoDecoder' in globalThis)) return [];
  try {
    const { supported } = await VideoDecoder.isConfigSupported(CONFIG);
    if (!supported) return [];
    const size = { maxWidthPx: MAX_WIDTH, maxHeightPx: MAX_HEIGHT };
    return [videoCapabilityName({ codec: 'h264', chroma: '420', ...size, streams: STREAMS })];
  } catch {
    return [];
  }
}

/** One stream: pictures go in and come out in order, some milliseconds later. */
class WebStream {
  readonly width: number;
  readonly height: number;
  readonly #canvas: OffscreenCanvasRenderingContext2D;
  readonly #decoder: VideoDecoder;
  readonly #waiting: PromiseWithResolvers<Uint32Array>[] = [];
  #pictures = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    const canvas = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
      alpha: false,
    });
    if (!canvas) throw new RangeError('video refused: no canvas');
    this.#canvas = canvas;
    this.#decoder = new VideoDecoder({
      output: (frame) => this.#take(frame),
      error: (error) => this.#fail(error.message),
    });
    this.#decoder.configure(CONFIG);
  }

  get usable(): boolean {
    return this.#decoder.state === 'configured';
  }

  decode(data: Uint8Array, key: boolean): Promise<Uint32Array> {
    const waiting = Promise.withResolvers<Uint32Array>();
    const late = setTimeout(() => this.#fail('no picture came'), PATIENCE_MS);
    this.#waiting.push(waiting);
    try {
      const timestamp = this.#pictures++ * 1000;
      this.#decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp, data }));
    } catch (error) {
      this.#fail(String(error));
    }
    return waiting.promise.finally(() => clearTimeout(late));
  }

  #take(frame: VideoFrame): void {
    const { displayWidth, displayHeight } = frame;
    const waiting = this.#waiting.shift();
    if (displayWidth === this.width && displayHeight === this.height) {
      this.#canvas.drawImage(frame, 0, 0);
      const { data } = this.#canvas.getImageData(0, 0, this.width, this.height);
      waiting?.resolve(new Uint32Array(data.buffer));
    } else waiting?.reject(new RangeError('video refused: a picture of another size'));
    frame.close();
  }

  #fail(reason: string): void {
    if (this.#decoder.state !== 'closed') this.#decoder.close();
    for (const waiting of this.#waiting.splice(0))
      waiting.reject(new RangeError(`video refused: ${reason}`));
  }

  [Symbol.dispose](): void {
    this.#fail('the stream has ended');
    this.#canvas.clearRect(0, 0, this.width, this.height);
  }
}

/** The video streams of one screen, decoded by the browser. */
export class WebVideo {
  readonly #streams = new Map<number, WebStream>();

  /**
   * To be called in the order of frames; what is called earlier settles earlier.
   * @param payload of a frame; its end is the pictures' bytes
   * @throws RangeError (rejects) when one cannot be decoded; only a key frame helps then
   */
  async decode(pictures: readonly VideoPicture[], payload: Uint8Array): Promise<DecodedVideo[]> {
    const decoded: Promise<DecodedVideo>[] = [];
    let at = payload.length - videoBytes(pictures, payload);
    for (const picture of pictures) {
      decoded.push(this.#decodeOne(picture, payload.subarray(at, at + picture.bytes)));
      at += picture.bytes;
    }
    return Promise.all(decoded);
  }

  async #decodeOne(picture: VideoPicture, unit: Uint8Array): Promise<DecodedVideo> {
    const { stream, x, y, codec, colour, key } = picture;
    if (codec !== VideoCodec.h264 || colour === VideoColour.bt709Detail)
      throw new RangeError('video refused: a codec that was not announced');
    const decoder = this.#streamOf(picture);
    const pixels = await decoder.decode(unit, key);
    return { stream, x, y, width: decoder.width, height: decoder.height, pixels };
  }

  #streamOf({ stream, widthPx, heightPx, key }: VideoPicture): WebStream {
    const present = this.#streams.get(stream);
    if (present?.usable && present.width === widthPx && present.height === heightPx) return present;
    if (!key || stream >= STREAMS || widthPx > MAX_WIDTH || heightPx > MAX_HEIGHT)
      throw new RangeError('video refused: a stream begins with a key picture of a fair size');
    present?.[Symbol.dispose]();
    const made = new WebStream(widthPx, heightPx);
    this.#streams.set(stream, made);
    return made;
  }

  /** Nothing of what was decoded is left. */
  wipe(): void {
    for (const stream of this.#streams.values()) stream[Symbol.dispose]();
    this.#streams.clear();
  }
}

/** @throws RangeError when the payload is shorter */
export function videoBytes(pictures: readonly VideoPicture[], payload: Uint8Array): number {
  const total = pictures.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > payload.length)
    throw new RangeError('video refused: the payload is shorter than its pictures');
  return total;
}
