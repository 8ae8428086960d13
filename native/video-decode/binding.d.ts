/** The raw addon. Arguments are checked for memory safety only; use index.ts. */
export interface VideoDecodeAddon {
  /** Whether it decodes 4:4:4 beside 4:2:0. */
  readonly fullChroma: boolean;
  readonly Decoder: new (width: number, height: number) => RawVideoDecoder;
}

export interface RawVideoDecoder {
  decode(bytes: Uint8Array, limited: boolean, pixels: Uint8Array): void;
  by(): string;
  close(): void;
}
