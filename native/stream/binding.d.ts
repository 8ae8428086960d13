/** The raw addon: arguments are not checked here, index.ts does that. Calls give 0 or a negative errno where they give a number. */

/**
 * @param bytes how many are in the read buffer, 0 at the peer's end, a negative errno at the connection's
 * @param words what errno cannot say
 */
export type Arrived = (bytes: number, words?: string) => void;

/** A connection, whatever it is made of. */
export interface RawStream {
  /** Begins or ends to read; ended, the loop is not held by it unless something waits to be sent. */
  read(wanted: boolean): void;
  /** @returns bytes that wait to be sent, or a negative errno; at most 64 parts */
  write(parts: readonly Uint8Array[]): number;
  unsent(): number;
  end(): number;
  /** At once. No callback comes any more. */
  close(): void;
}

export interface StreamAddon {
  /**
   * Takes a copy of the descriptor of a stream socket.
   * @param drained nothing waits to be sent any more
   */
  open(
    fd: number,
    mostUnsentBytes: number,
    arrived: Arrived,
    drained: () => void,
  ): RawStream | number;
  /** Where all streams of this thread read into from now on. */
  readInto(buffer: Uint8Array): void;
}
