/** The raw addon. Arguments are checked for memory safety only; use index.ts. */
export interface VideoDecodeAddon {
  /** Whether it decodes 4:4:4 beside 4:2:0. */
  readonly fullChroma: boolean;
  readonly Decoder: (new (
    width: number,
    height: number,
  ) => RawVideoDecoder) & {
    /** Five for each: the decoder, bytes, whether samples are limited, pixels, and the decoder before it whose lost chroma this is. */
    decodeAll(...jobs: readonly (RawVideoDecoder | Uint8Array | boolean | null)[]): void;
  };
}

export interface RawVideoDecoder {
  by(): string;
  close(): void;
}
