const OCTAVES = 28;
/** Eight buckets in an octave: a figure is off by an eighth at most. */
const STEPS = 8;

/** Times in µs, counted in buckets that grow with them; from 1 µs to four minutes. Takes 900 bytes, once and for all. */
export class Histogram {
  readonly #counts = new Uint32Array(OCTAVES * STEPS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** What is no time, as a clock that was set may give, is left out. */
  add(us: number): void {
    if (!(us >= 0)) return;
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
  }

  /**
   * @param share from 0 to 1, as 0.95
   * @returns the middle of the bucket in which that share of all lies below, in µs; NaN when there is none
   */
  quantileUs(share: number): number {
    if (this.#count === 0) return Number.NaN;
    let left = Math.max(1, Math.ceil(share * this.#count));
    const bucket = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return (startOf(bucket) + startOf(bucket + 1)) / 2;
  }
}

function bucketOf(us: number): number {
  const whole = Math.max(1, Math.floor(us));
  const octave = Math.min(OCTAVES - 1, 31 - Math.clz32(Math.min(whole, 0x7fff_ffff)));
  const step = Math.min(STEPS - 1, Math.floor(((whole - (1 << octave)) * STEPS) / (1 << octave)));
  return octave * STEPS + step;
}

const startOf = (bucket: number): number =>
  2 ** Math.floor(bucket / STEPS) * (1 + (bucket % STEPS) / STEPS);
