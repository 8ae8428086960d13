import { type EncodedFrame, Encoder, Framebuffer } from '../../native/pixels/index.ts';
import type { FrameUpdate } from '../../protocol/generated/display.ts';

export const SCRATCH_SIDE_PX = 96;
const CELL = { w: 8, h: 16 };
const COLUMNS = SCRATCH_SIDE_PX / CELL.w - 1;
const LINES = SCRATCH_SIDE_PX / CELL.h;
const GREY = 0x2e2e2e;
const WHOLE = Int32Array.of(0, 0, SCRATCH_SIDE_PX, SCRATCH_SIDE_PX);
const NO_COPIES = new Int32Array(0);

export interface ScratchFrame {
  readonly header: FrameUpdate;
  readonly payload: Uint8Array;
}

/** A small picture into which letters of a kind are typed, as a session encodes it. */
export class ScratchDesk {
  readonly #picture = new Framebuffer(SCRATCH_SIDE_PX, SCRATCH_SIDE_PX);
  readonly #encoder = new Encoder(SCRATCH_SIDE_PX, SCRATCH_SIDE_PX);
  #frame = 0;

  whole(): ScratchFrame {
    this.#picture.fill(GREY);
    return this.#next(WHOLE, true);
  }

  /** A letter where the cursor was, and the cursor behind it. */
  type(): ScratchFrame {
    const column = this.#frame % COLUMNS;
    const line = Math.floor(this.#frame / COLUMNS) % LINES;
    const [x, y] = [column * CELL.w, line * CELL.h];
    this.#paint(x, y, this.#frame);
    this.#paint(x + CELL.w, y, null);
    return this.#next(Int32Array.of(x, y, 2 * CELL.w, CELL.h), false);
  }

  /** @param letter its edges are smooth for two of three, which other ways of encoding are for; null: a cursor */
  #paint(left: number, top: number, letter: number | null): void {
    const pixels = new Uint32Array(this.#picture.bytes.buffer, this.#picture.bytes.byteOffset);
    for (let y = 1; y < CELL.h - 1; y++)
      for (let x = 1; x < CELL.w - 1; x++)
        pixels[(top + y) * SCRATCH_SIDE_PX + left + x] =
          letter === null ? 0xffd0d0d0 : shade(letter, x, y);
  }

  #next(damage: Int32Array, key: boolean): ScratchFrame {
    const options = { level: 1, key, fine: true };
    const encoded = this.#encoder.encode(this.#picture, damage, NO_COPIES, options);
    return { header: headerOf(encoded, ++this.#frame, key), payload: encoded.payload };
  }
}

function shade(letter: number, x: number, y: number): number {
  const isInk = (Math.imul(letter + 7 * x + 3, 0x9e3779b1 + y) >>> 29) % 2 === 0;
  const light = letter % 3 === 0 ? 0xff : (Math.imul(x + 1, letter + y) & 0x7f) + 0x80;
  const each = isInk ? light : GREY & 0xff;
  return (0xff000000 | (each << 16) | (each << 8) | each) >>> 0;
}

function headerOf(encoded: EncodedFrame, frame: number, key: boolean): FrameUpdate {
  const { regions, payloadCompressed, payloadFine, checksum } = encoded;
  return {
    type: 'FrameUpdate',
    frame,
    output: 0,
    key,
    payloadCompressed,
    lossy: false,
    payloadFine,
    inputSequence: 2 * frame,
    widthPx: SCRATCH_SIDE_PX,
    heightPx: SCRATCH_SIDE_PX,
    checksum,
    regions,
    view: 0,
    videos: [],
  };
}
