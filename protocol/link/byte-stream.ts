/**
 * What a provider needs of a connection: ordered bytes both ways. Adapters exist over Node's sockets, over
 * WebTransport streams and in memory. Each `on...` holds one callback; setting it again replaces it.
 */
export interface ByteStream {
  /**
   * Sends the parts in order, together. They must not be changed afterwards. False: above the high-water mark.
   * Never throws; on a closed stream it does nothing.
   */
  write(parts: readonly Uint8Array[]): boolean;
  /** Bytes written that the transport has not passed on. */
  readonly unsentBytes: number;
  /** Chunks are the receiver's to keep. Nothing is lost before the first callback: it waits. */
  onData(callback: (chunk: Uint8Array) => void): void;
  onDrain(callback: () => void): void;
  /** Once, when nothing more comes: `clean` after the peer's regular end. At once when it has happened already. */
  onClose(callback: (closed: StreamClosed) => void): void;
  pause(): void;
  resume(): void;
  /** Sends what is queued, then ends. */
  end(): void;
  /** Drops everything at once. */
  destroy(): void;
  /**
   * What native code knows the connection by, to take its bytes past this stream; its type is the adapter's secret.
   * Absent: there is no such thing, or bytes wait here.
   */
  readonly connection?: object | null;
  /**
   * Whether the kernel tells from now on when the peer's process or its machine is gone, by closing this stream.
   * @param probe it may send something of its own, where nothing else is sent, to find out
   */
  watch?(probe: boolean): boolean;
}

export interface StreamClosed {
  readonly clean: boolean;
  readonly error?: Error;
}
