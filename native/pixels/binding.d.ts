/** The raw addon. Arguments are checked for memory safety only; use index.ts. */
export interface PixelsAddon {
  /** DRM fourccs (and 0, 1) that composite() takes. */
  readonly formats: Uint32Array;
  readonly drawStride: number;
  readonly regionStride: number;
  checksum(bytes: Uint8Array, width: number, height: number): number;
  /** Zeros, on big pages where the kernel has some. */
  createPixels(length: number): Uint8Array<ArrayBuffer>;
  createImage(width: number, height: number, argbPremultiplied: Uint8Array): object;
  composite(
    bytes: Uint8Array,
    width: number,
    height: number,
    list: Float64Array,
    sources: readonly unknown[],
    damage: Int32Array,
  ): void;
  /** `reply` is written to by encode() from then on. */
  readonly Encoder: new (
    width: number,
    height: number,
    reply: Int32Array,
  ) => RawEncoder;
  readonly Decoder: new (tiles: number) => RawDecoder;
}

export interface RawFrame {
  regions: Int32Array;
  payload: Uint8Array;
  payloadCompressed: boolean;
  payloadFine: boolean;
  checksum: number;
  changed: boolean;
  lossy: boolean;
  /** Bit i: video stream i goes on. */
  streams: number;
  /** Six numbers per picture: stream, x, y, w, h, key. */
  videos: Int32Array;
  /** One number per tile, absent when no tile waits. */
  waiting?: Uint8Array;
}

export interface RawEncoder {
  /** @returns undefined: the frame is small and in the reply */
  encode(
    bytes: Uint8Array,
    damage: Int32Array,
    copies: Int32Array,
    level: number,
    flags: number,
    nowMs: number,
    freeMs: number,
    tiles: number,
  ): RawFrame | undefined;
  encodeAsync(
    bytes: Uint8Array,
    damage: Int32Array,
    copies: Int32Array,
    level: number,
    flags: number,
    nowMs: number,
    freeMs: number,
    tiles: number,
  ): Promise<RawFrame>;
  /** Bytes of the frames from here on, about; 0: no bound. */
  limit(bytes: number): void;
  reset(): void;
}

export interface RawDecoder {
  apply(
    bytes: Uint8Array,
    width: number,
    height: number,
    regions: Int32Array,
    payload: Uint8Array,
    compressed: boolean,
    videos: Int32Array,
    videoPixels: readonly Uint8Array[],
    fine: boolean,
  ): void;
  forget(): void;
}
