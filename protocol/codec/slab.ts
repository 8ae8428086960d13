const SLAB_BYTES = 65_536;

/**
 * Where messages are encoded: small ones share a slab, as Node's own buffers do, so that a message costs one view
 * and no allocation of its own. Bytes that were handed out are never written again.
 */
class Slab {
  bytes = new Uint8Array(SLAB_BYTES);
  at = 0;

  /** Makes `bytes` hold room for `bound` more from `at` on. */
  reserve(bound: number): void {
    if (this.at + bound <= this.bytes.length) return;
    this.bytes = new Uint8Array(Math.max(SLAB_BYTES, bound));
    this.at = 0;
  }

  take(end: number): Uint8Array {
    const message = this.bytes.subarray(this.at, end);
    this.at = end;
    return message;
  }
}

export const slab: Slab = new Slab();
