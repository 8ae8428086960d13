const LEARNED = 30;
/** 65536 / (seen + 1.6), as native/pixels/bits.c has them. */
const RATES = Uint16Array.of(
  ...[40960, 25206, 18204, 14247, 11703, 9930, 8623, 7620, 6827, 6183, 5650, 5201, 4819, 4489],
  ...[4201, 3948, 3724, 3523, 3344, 3181, 3034, 2900, 2777, 2664, 2560, 2464, 2375, 2291, 2214],
  ...[2142, 2074],
);
const EVEN = 32_768;

/** How likely choices are 1 (the low 16 bits), and how often each was made (those above). */
export type Chances = Uint32Array;

export function unlearn(chances: Chances): void {
  chances.fill(EVEN);
}

/** What a chance is after a choice. */
function learned(cell: number, bit: 0 | 1): number {
  const p = cell & 0xffff;
  const seen = cell >>> 16;
  const rate = RATES[seen] as number;
  const count = seen < LEARNED ? (seen + 1) << 16 : cell & 0xff0000;
  if (bit === 1) return count | (p + (Math.imul(65_504 - p, rate) >>> 16));
  return count | (p - (Math.imul(p - 32, rate) >>> 16));
}

/**
 * Reads choices from the adaptive binary arithmetic code that native/pixels/bits.h describes; zeros follow the bytes.
 * Engines keep numbers of 32 bits as they are in typed arrays alone: elsewhere half of them would be doubles.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 4;
  /** The interval's low end, its length, and how far above the low end the bytes are. */
  readonly #state: Uint32Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    this.#state = Uint32Array.of(0, 0xffffffff, (a << 24) | (b << 16) | (c << 8) | d);
  }

  bit(chances: Chances, index: number): 0 | 1 {
    const cell = chances[index] as number;
    const bit = this.bitOf(cell & 0xffff);
    chances[index] = learned(cell, bit);
    return bit;
  }

  /** @param p the chance of 1, of 65536 */
  bitOf(p: number): 0 | 1 {
    const state = this.#state;
    const low = state[0] as number;
    const range = state[1] as number;
    const above = state[2] as number;
    // range * p / 65536 in whole numbers of 32 bits.
    const lower = (Math.imul(range >>> 16, p) + (Math.imul(range & 0xffff, p) >>> 16)) >>> 0;
    const bit = above <= lower ? 1 : 0;
    if (bit === 1) {
      state[1] = lower;
    } else {
      state[0] = low + lower + 1;
      state[1] = range - lower - 1;
      state[2] = above - lower - 1;
    }
    while (((state[0] as number) ^ ((state[0] as number) + (state[1] as number))) >>> 24 === 0)
      this.#shift();
    return bit;
  }

  /** Eight choices from the top, each by what came before it. */
  byte(tree: Chances): number {
    let node = 1;
    while (node < 256) node = (node << 1) | this.bit(tree, node);
    return node & 255;
  }

  /** Leaves away a byte that both ends of the interval share. */
  #shift(): void {
    const state = this.#state;
    const at = this.#at++;
    const byte = at < this.#bytes.length ? (this.#bytes[at] as number) : 0;
    state[0] = (state[0] as number) << 8;
    state[1] = ((state[1] as number) << 8) | 255;
    state[2] = ((state[2] as number) << 8) | byte;
  }
}
