const LEARNED = 30;
/** 65536 / (seen + 1.6), as native/pixels/bits.c has them. */
const RATES = Uint16Array.of(
  ...[40960, 25206, 18204, 14247, 11703, 9930, 8623, 7620, 6827, 6183, 5650, 5201, 4819, 4489],
  ...[4201, 3948, 3724, 3523, 3344, 3181, 3034, 2900, 2777, 2664, 2560, 2464, 2375, 2291, 2214],
  ...[2142, 2074],
);
const EVEN = 32_768;

/** How likely choices are 1, and how often each was made. */
export class Chances {
  readonly #p: Uint16Array;
  readonly #seen: Uint8Array;

  constructor(count: number) {
    this.#p = new Uint16Array(count).fill(EVEN);
    this.#seen = new Uint8Array(count);
  }

  begin(): void {
    this.#p.fill(EVEN);
    this.#seen.fill(0);
  }

  at(index: number): number {
    return this.#p[index] as number;
  }

  learn(index: number, bit: number): void {
    const p = this.#p[index] as number;
    const seen = this.#seen[index] as number;
    const rate = RATES[seen] as number;
    this.#p[index] =
      bit === 1 ? p + (((65_504 - p) * rate) >>> 16) : p - (((p - 32) * rate) >>> 16);
    if (seen < LEARNED) this.#seen[index] = seen + 1;
  }
}

/** Reads choices from the adaptive binary arithmetic code that native/pixels/bits.h describes; zeros follow the bytes. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #low = 0;
  #high = 0xffffffff;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#next()) >>> 0;
  }

  bit(chances: Chances, index: number): number {
    const bit = this.bitOf(chances.at(index));
    chances.learn(index, bit);
    return bit;
  }

  /** @param p the chance of 1, of 65536 */
  bitOf(p: number): number {
    const range = this.#high - this.#low;
    const middle = this.#low + Math.floor((range * p) / 65_536);
    const bit = this.#code <= middle ? 1 : 0;
    if (bit === 1) this.#high = middle;
    else this.#low = middle + 1;
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#code = ((this.#code << 8) | this.#next()) >>> 0;
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 255) >>> 0;
    }
    return bit;
  }

  /** Eight choices from the top, each by what came before it. */
  byte(tree: Chances): number {
    let node = 1;
    for (let i = 0; i < 8; i++) node = 2 * node + this.bit(tree, node);
    return node & 255;
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }
}
