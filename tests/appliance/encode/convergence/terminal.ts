import {
  Decoder as BrowserDecoder,
  checksum,
  type DecodedVideo,
  pictureOver,
} from '../../../../firmware/decode/index.ts';
import { NativePicture } from '../../../../firmware/display/native-picture.ts';
import { NativeVideo } from '../../../../firmware/display/native-video.ts';
import { type Picture, Screen } from '../../../../firmware/display/screen.ts';
import type { Framebuffer } from '../../../../native/pixels/index.ts';
import type { FrameUpdate, VideoPicture } from '../../../../protocol/generated/display.ts';
import { DEFAULT_TILES } from '../../../../protocol/tile-capability.ts';

/** What a browser tab has, but for its video decoder. */
class BrowserPicture implements Picture {
  readonly width: number;
  readonly height: number;
  readonly #pixels;
  readonly #decoder: BrowserDecoder;
  readonly #video = new NativeVideo();

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#pixels = pictureOver(new Uint8Array(width * height * 4), width, height);
    this.#decoder = new BrowserDecoder(this.#pixels, DEFAULT_TILES);
  }

  get pixels(): Uint32Array {
    return this.#pixels.pixels;
  }

  apply(
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    pictures: readonly VideoPicture[],
    fine: boolean,
  ): Int32Array {
    if (pictures.length === 0) return this.#decoder.apply(regions, payload, compressed, [], fine);
    const { videos, rest } = this.#video.decode(pictures, payload);
    const decoded = videos.map(({ bytes, ...place }): DecodedVideo => {
      const pixels = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      return { ...place, pixels: pixels.map(swapRedAndBlue) };
    });
    return this.#decoder.apply(regions, rest, compressed, decoded, fine);
  }

  checksum(): number {
    return checksum(this.#pixels);
  }
}

const swapRedAndBlue = (pixel: number): number =>
  (0xff000000 | ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 0xff)) >>> 0;

export interface TerminalEvents {
  readonly acknowledge: (frame: number) => void;
  readonly requestKeyFrame: (reason: number) => void;
}

/** One screen of a terminal, twice: decoded in native code and as a browser does. */
export class Terminal {
  readonly native: Screen<NativePicture>;
  readonly browser: Screen<BrowserPicture>;
  lossy = false;
  #checksum = 0;

  constructor({ acknowledge, requestKeyFrame }: TerminalEvents) {
    this.native = new Screen<NativePicture>({
      createPicture: (width, height) => new NativePicture(width, height),
      draw: (_picture, _damage, { header }) => {
        this.lossy = header.lossy;
        this.#checksum = header.checksum;
        acknowledge(header.frame);
      },
      requestKeyFrame,
    });
    this.browser = new Screen<BrowserPicture>({
      createPicture: (width, height) => new BrowserPicture(width, height),
      draw: () => {},
      requestKeyFrame,
    });
  }

  receive(frame: { readonly header: FrameUpdate; readonly payload: Uint8Array }): void {
    const arrived = { ...frame, bytes: frame.payload.length, receivedUs: 0 };
    this.native.receive(arrived);
    this.browser.receive(arrived);
  }

  /** Something overwrites a part of the pictures. */
  corrupt(): void {
    this.native.picture?.framebuffer.bytes.fill(7, 0, 400);
    this.browser.picture?.pixels.fill(7, 0, 100);
  }

  /** @returns what is wrong, null when both show exactly that */
  fault(wanted: Framebuffer): string | null {
    const { native, browser } = { native: this.native.picture, browser: this.browser.picture };
    if (!native || !browser) return 'no picture';
    const size = `${wanted.width}x${wanted.height}`;
    for (const { width, height } of [native, browser])
      if (`${width}x${height}` !== size) return `${width}x${height} instead of ${size}`;
    const exact = new Uint32Array(wanted.bytes.buffer);
    const shown = new Uint32Array(native.framebuffer.bytes.buffer);
    for (const [i, pixel] of exact.entries()) {
      if (((pixel ^ (shown[i] as number)) & 0xffffff) !== 0) return `native differs at ${i}`;
      if (((swapRedAndBlue(pixel) ^ (browser.pixels[i] as number)) & 0xffffff) !== 0)
        return `browser differs at ${i}`;
    }
    const sums = [native.checksum(), browser.checksum(), this.#checksum];
    return new Set(sums).size === 1 ? null : `checksums ${sums.join(', ')}`;
  }

  [Symbol.dispose](): void {
    this.native[Symbol.dispose]();
    this.browser[Symbol.dispose]();
    this.native.picture?.wipe();
  }
}
