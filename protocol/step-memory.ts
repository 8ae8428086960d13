/** How many places and colours of the frames before a step can name; with three bits beside it a place's number fills a byte. */
export const PLACES = 15;
export const COLOURS = 255;

/** The latest entries of some numbers each, in a ring: both ends add the same and so give them the same numbers, from 1. */
export class Recent {
  readonly #size: number;
  readonly #width: number;
  readonly #cells: Int32Array;
  readonly #first: Int32Array;
  #count = 0;
  #next = 0;

  /** @param first the numbers of entries that are there from the beginning, and after `clear` */
  constructor(size: number, width: number, first: readonly number[] = []) {
    this.#size = size;
    this.#width = width;
    this.#cells = new Int32Array(size * width);
    this.#first = Int32Array.from(first);
    this.clear();
  }

  /** The number of the entry that equals what stands at `from`, 0 for none. */
  find(values: Int32Array, from: number): number {
    const width = this.#width;
    for (let entry = 0; entry < this.#count; entry++) {
      let same = 0;
      while (same < width && this.#cells[entry * width + same] === values[from + same]) same++;
      if (same === width) return entry + 1;
    }
    return 0;
  }

  /** Puts the entry into `values` at `to`; false when there is no such entry. */
  get(number: number, values: Int32Array, to: number): boolean {
    if (number < 1 || number > this.#count) return false;
    const from = (number - 1) * this.#width;
    for (let i = 0; i < this.#width; i++) values[to + i] = this.#cells[from + i] as number;
    return true;
  }

  add(values: Int32Array, from: number): void {
    const to = this.#next * this.#width;
    for (let i = 0; i < this.#width; i++) this.#cells[to + i] = values[from + i] as number;
    this.#next = (this.#next + 1) % this.#size;
    this.#count = Math.min(this.#count + 1, this.#size);
  }

  /** A number of the entry that was added last, 0 without one. */
  latest(column: number): number {
    if (this.#count === 0) return 0;
    const entry = (this.#next + this.#size - 1) % this.#size;
    return this.#cells[entry * this.#width + column] as number;
  }

  clear(): void {
    this.#count = 0;
    this.#next = 0;
    for (let i = 0; i < this.#first.length; i += this.#width) this.add(this.#first, i);
  }
}
