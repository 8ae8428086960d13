/** Premultiplied B, G, R, A, row by row. */
export interface SvgPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The raw addon: arguments are not checked here, index.ts does that. */
export interface SvgAddon {
  /** A string says why there is no picture. */
  draw(document: string): SvgPicture | string;
}
