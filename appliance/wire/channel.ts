import type { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameError, FrameReader } from './frame.ts';

/** What lies unsent beyond this is for a peer that does not read. */
const UNSENT_MAX = 1024 * 1024;
/** A frame is small and comes whole; a peer that stops within one has stopped for good. */
const FRAME_TIMEOUT_MS = 10_000;

export interface ChannelListener {
  /** A throw of FrameError closes the channel. The frame's secrets are the listener's to wipe. */
  onFrame(frame: Frame): void;
  /** Called once, whatever the reason; `error` when the peer broke the rules. */
  onClose(error: Error | null): void;
}

/** Frames over a socket. */
export class Channel {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  #timer: NodeJS.Timeout | undefined;
  #error: Error | null = null;

  constructor(socket: Socket, listener: ChannelListener) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#received(chunk, listener));
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.once('close', () => {
      clearTimeout(this.#timer);
      this.#reader[Symbol.dispose]();
      listener.onClose(this.#error);
    });
    socket.once('end', () => socket.destroy());
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends a frame, and wipes the secrets when they are on their way. A closed channel takes nothing. */
  send(head: object, secrets: readonly Uint8Array[] = []): void {
    try {
      if (this.closed) return;
      const frame = encodeFrame(head, secrets);
      this.#socket.write(frame, () => frame.fill(0));
      if (this.#socket.writableLength > UNSENT_MAX) this.#fail('the peer does not read');
    } finally {
      for (const secret of secrets) secret.fill(0);
    }
  }

  /** Sends what is unsent and closes. */
  end(): void {
    this.#socket.end(() => this.#socket.destroy());
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer, listener: ChannelListener): void {
    try {
      for (const frame of this.#reader.read(chunk)) {
        if (this.closed) frame.secrets.fill(0);
        else listener.onFrame(frame);
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#fail(error.message);
    }
    clearTimeout(this.#timer);
    this.#timer = this.#reader.within
      ? setTimeout(() => this.#fail('a frame was not completed'), FRAME_TIMEOUT_MS)
      : undefined;
  }

  #fail(reason: string): void {
    this.#error ??= new FrameError(reason);
    this.#socket.destroy();
  }
}

/** Takes the answers out of a frame's tail, as views of it. @throws FrameError when lengths and tail do not agree */
export function splitSecrets(
  lengths: readonly (number | null)[],
  secrets: Uint8Array,
): (Uint8Array | null)[] {
  const wanted = lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
  if (wanted !== secrets.length) throw new FrameError('answers and their lengths do not agree');
  let at = 0;
  return lengths.map((length) => {
    if (length === null) return null;
    at += length;
    return secrets.subarray(at - length, at);
  });
}
