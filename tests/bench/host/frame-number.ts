/** What a barcode says: which slice of the measurement the frame belongs to, and its number from 1. */
export interface FrameNumber {
  /** 0 to 255 */
  readonly tag: number;
  /** 1 to 65535 */
  readonly frame: number;
}

export function splitFrameNumber(value: number): FrameNumber {
  return { tag: (value >>> 16) & 0xff, frame: value & 0xffff };
}
