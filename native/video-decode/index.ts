import { existsSync, readdirSync } from 'node:fs';
import { loadAddon } from '../load.ts';
import type { RawVideoDecoder, VideoDecodeAddon } from './binding.d.ts';

let addon: VideoDecodeAddon | null | undefined;

/** Takes 8 MB and 10 ms to load. */
const small = () => loadAddon<VideoDecodeAddon>('video-decode-small');
/** Takes 21 MB and 100 ms with the 95 libraries of Debian's libavcodec, but knows decoders in hardware. */
const large = () => loadAddon<VideoDecodeAddon>('video-decode');

/** Whether a device file promises a decoder in hardware; whether it keeps the promise is seen when a film plays. */
function mayHaveHardware(): boolean {
  const names = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  return (
    names('/dev/dri').some((name) => name.startsWith('renderD')) ||
    names('/dev').some((name) => /^video\d/.test(name))
  );
}

function tryAddon(): VideoDecodeAddon | null {
  if (addon !== undefined) return addon;
  addon = null;
  for (const load of mayHaveHardware() ? [large, small] : [small, large]) {
    try {
      const found = load();
      // A library may be there without its decoder.
      new found.Decoder(16, 16).close();
      addon = found;
      return addon;
    } catch {}
  }
  return addon;
}

/** Largest coded picture. */
export const MAX_VIDEO_WIDTH = 3840;
export const MAX_VIDEO_HEIGHT = 2160;

/** Chroma that this machine decodes in H.264 of 8 bits, null for none; loads the addon. */
export function h264Chroma(): '420' | '444' | null {
  const loaded = tryAddon();
  if (!loaded) return null;
  return loaded.fullChroma ? '444' : '420';
}

export interface VideoUnit {
  readonly decoder: VideoDecoder;
  readonly unit: Uint8Array;
  readonly limited: boolean;
  /** Decodes the chroma that this decoder's 4:2:0 picture lacks, for one unit before it; its own `bytes` are unchanged. */
  readonly detailOf?: VideoDecoder;
}

/** Decodes one stream of H.264 (BT.709, 4:2:0 or 4:4:4) by OpenH264, or by libavcodec in hardware where there is any. Takes hostile input. */
export class VideoDecoder {
  readonly width: number;
  readonly height: number;
  readonly #raw: RawVideoDecoder;
  #bytes: Uint8Array;
  /** Memory that was taken and came back. */
  #spare: Uint8Array | null = null;

  /** @throws RangeError for a size out of range or odd, or where there is no decoder */
  constructor(width: number, height: number) {
    const loaded = tryAddon();
    if (!loaded) throw new RangeError('video refused: there is no decoder here');
    if (!Number.isInteger(width) || !Number.isInteger(height))
      throw new RangeError(`video refused: ${width}x${height} is no size`);
    this.#raw = new loaded.Decoder(width, height);
    this.width = width;
    this.height = height;
    this.#bytes = new Uint8Array(width * height * 4);
  }

  /** XRGB8888 of the last picture, width*height*4 bytes of live memory. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The last picture stays as it is until it is given back: the next one takes other memory. */
  keep(): void {
    this.#bytes = this.#spare ?? new Uint8Array(this.width * this.height * 4);
    this.#spare = null;
  }

  /** @param bytes of a picture that was kept */
  giveBack(bytes: Uint8Array): void {
    if (this.#spare) bytes.fill(0);
    else this.#spare = bytes;
  }

  /**
   * Decodes one access unit in Annex B form into `bytes`.
   * @param limited its samples have limited range instead of full
   * @throws RangeError; `bytes` are unchanged then, and only a key picture helps
   */
  decode(unit: Uint8Array, limited: boolean): void {
    VideoDecoder.decodeAll([{ decoder: this, unit, limited }]);
  }

  /**
   * The same for several decoders, side by side where that is possible.
   * @throws RangeError when one of them does; some of the others may have their pictures then
   */
  static decodeAll(units: readonly VideoUnit[]): void {
    const loaded = tryAddon();
    const jobs = units.flatMap(({ decoder, unit, limited, detailOf }) => [
      ...[decoder.#raw, unit, limited, decoder.#bytes, detailOf ? detailOf.#raw : null],
    ]);
    loaded?.Decoder.decodeAll(...jobs);
  }

  /** What decoded the last picture, for people: a library, or hardware. */
  get by(): string {
    return this.#raw.by();
  }

  /** Frees the decoder's memory, overwritten; what is kept is its keeper's. */
  [Symbol.dispose](): void {
    this.#raw.close();
    this.#bytes.fill(0);
    this.#spare?.fill(0);
  }
}
