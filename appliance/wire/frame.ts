/**
 * How the programs of one machine talk where secrets may be on the way: a frame is the lengths of its two parts (u32, little-endian),
 * a head of JSON, and a tail of raw bytes for secrets. Secrets never become strings here: strings cannot be wiped.
 */
export interface Frame {
  readonly head: unknown;
  /** The reader's own copy; whoever takes the frame wipes it. */
  readonly secrets: Uint8Array;
}

/** The fullest conversation of a module fits, with every character at its longest. */
export const HEAD_MAX = 256 * 1024;
export const SECRETS_MAX = 16 * 1024;
const PREFIX = 8;

/** The peer does not speak the protocol: its connection is to be closed. Never quotes what came. */
export class FrameError extends Error {
  override name = 'FrameError';
}

/** @throws RangeError for a frame that no reader would take */
export function encodeFrame(head: object, secrets: readonly Uint8Array[] = []): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const tail = secrets.reduce((sum, secret) => sum + secret.length, 0);
  if (text.length > HEAD_MAX || tail > SECRETS_MAX)
    throw new RangeError(`a frame of ${text.length} + ${tail} bytes is too long`);
  const frame = Buffer.alloc(PREFIX + text.length + tail);
  frame.writeUInt32LE(text.length, 0);
  frame.writeUInt32LE(tail, 4);
  frame.set(text, PREFIX);
  let at = PREFIX + text.length;
  for (const secret of secrets) {
    frame.set(secret, at);
    at += secret.length;
  }
  return frame;
}

/** Puts frames together again; holds one frame at most. */
export class FrameReader {
  readonly #prefix = Buffer.alloc(PREFIX);
  #body: Buffer | null = null;
  #headLength = 0;
  #filled = 0;

  /** Whether a frame has begun and is not complete. */
  get within(): boolean {
    return this.#filled > 0 || this.#body !== null;
  }

  /** Takes what came, and wipes it. @throws FrameError */
  *read(chunk: Uint8Array): Generator<Frame> {
    try {
      let at = 0;
      while (at < chunk.length) {
        const into = this.#body ?? this.#prefix;
        const part = chunk.subarray(at, at + into.length - this.#filled);
        into.set(part, this.#filled);
        this.#filled += part.length;
        at += part.length;
        const frame = this.#filled === into.length ? this.#completed() : null;
        if (frame) yield frame;
      }
    } finally {
      chunk.fill(0);
    }
  }

  /** Wipes a frame that will not be completed. */
  [Symbol.dispose](): void {
    this.#body?.fill(0);
    this.#body = null;
    this.#filled = 0;
  }

  #completed(): Frame | null {
    this.#filled = 0;
    if (this.#body) return this.#frame(this.#body);
    this.#headLength = this.#prefix.readUInt32LE(0);
    const tail = this.#prefix.readUInt32LE(4);
    if (this.#headLength < 2 || this.#headLength > HEAD_MAX || tail > SECRETS_MAX)
      throw new FrameError('a frame has impossible lengths');
    this.#body = Buffer.alloc(this.#headLength + tail);
    return null;
  }

  #frame(body: Buffer): Frame {
    this.#body = null;
    const secrets = body.subarray(this.#headLength);
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(
        body.subarray(0, this.#headLength),
      );
      return { head: JSON.parse(text), secrets };
    } catch {
      secrets.fill(0);
      throw new FrameError('the head of a frame is not JSON');
    }
  }
}
