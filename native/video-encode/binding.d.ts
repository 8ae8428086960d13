/** The raw addon. Arguments are checked for memory safety only; use index.ts. */
export interface VideoEncodeAddon {
  readonly Encoder: new (
    width: number,
    height: number,
    kbitPerS: number,
    minQp: number,
    detail?: boolean,
  ) => RawVideoEncoder;
}

export interface RawVideoEncoder {
  encodeAsync(
    bytes: Uint8Array,
    width: number,
    height: number,
    x: number,
    y: number,
    key: boolean,
    timeMs: number,
    kbitPerS: number,
  ): Promise<{ bytes: Uint8Array; key: boolean; missed?: number }>;
  by(): string;
  close(): void;
}
