/** Of a change at once, at least: 100 ms of 2 Mbit/s. */
const FIRST_BYTES = 24_576;
/** On a longer way as much more, or a page would take too many of its journeys. */
const FIRST_BYTES_PER_RTT_MS = 1800;
/** Of what is acknowledged; a page of text goes in three parts of which none keeps a slow link much longer than the first. */
const GROWTH = 0.5;

/**
 * A quick link may have shrunk since anything was heard of it, and what is on its way then has to go through what is left of
 * it. So a change begins with little, and more follows as what was sent is acknowledged: news of the link.
 */
export class Burst {
  #bytes = 0;

  /**
   * How much of a change may be on its way.
   * @param rttMs there and back when nothing is on the way
   * @param anew nothing of the change was sent yet
   */
  limit(rttMs: number, anew: boolean): number {
    const first = Math.max(FIRST_BYTES, FIRST_BYTES_PER_RTT_MS * rttMs);
    this.#bytes = anew ? first : Math.max(first, this.#bytes);
    return this.#bytes;
  }

  acknowledged(bytes: number): void {
    this.#bytes += GROWTH * bytes;
  }
}
