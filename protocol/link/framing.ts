import { putVarint } from '../codec/write.ts';
import { ProtocolError } from '../errors.ts';

/** What a frame on a byte stream carries. */
export const FrameKind = { message: 0, unit: 1, link: 2 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** Longest frame of each kind that is accepted; 0 refuses the kind. */
export type FrameLimits = readonly [message: number, unit: number, link: number];

const HEADER_MAX_BYTES = 5;
const NOTHING = new Uint8Array(0);

/** What goes in front of `length` bytes of the given kind. */
export function encodeFrameHeader(kind: FrameKind, length: number): Uint8Array {
  const header = new Uint8Array(HEADER_MAX_BYTES);
  return header.subarray(0, putVarint(header, 0, ((length << 2) | kind) >>> 0));
}

/**
 * Cuts a byte stream into frames. Memory follows the bytes that arrived, never a length that was only announced:
 * the chunks of a long frame are kept and joined when it is complete, so that each byte is copied once at most.
 */
export class FrameReader {
  private readonly where: string;
  private readonly limits: FrameLimits;
  private readonly deliver: (kind: FrameKind, bytes: Uint8Array) => void;
  private header = 0;
  private headerShift = 0;
  private chunks: Uint8Array[] = [];
  private have = 0;
  /** Length of the frame being collected; -1 while its header is read. */
  private want = -1;
  private kind: FrameKind = FrameKind.message;
  private stopped = false;

  /** @param where named in errors, e.g. the channel. */
  constructor(
    where: string,
    limits: FrameLimits,
    deliver: (kind: FrameKind, bytes: Uint8Array) => void,
  ) {
    this.where = where;
    this.limits = limits;
    this.deliver = deliver;
  }

  /** Throws ProtocolError; the stream is of no use after that. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.stopped) {
      if (this.want < 0) {
        this.readHeaderByte(chunk[at++] as number);
        if (this.want === 0) this.complete(NOTHING);
      } else {
        at += this.collect(chunk, at);
      }
    }
  }

  /** Ignores everything from now on, also the rest of the chunk being read. */
  stop(): void {
    this.stopped = true;
    this.chunks = [];
  }

  /** Forgets the frame that is not complete. @returns what has come of it, null after `stop` */
  release(): Uint8Array | null {
    if (this.stopped) return null;
    const parts = this.want < 0 ? [this.headerSoFar()] : [this.headerOfFrame(), ...this.chunks];
    this.header = 0;
    this.headerShift = 0;
    this.chunks = [];
    this.have = 0;
    this.want = -1;
    return joinChunks(
      parts,
      parts.reduce((sum, part) => sum + part.length, 0),
    );
  }

  private headerSoFar(): Uint8Array {
    const bytes = new Uint8Array(this.headerShift / 7);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (this.header >>> (7 * i)) | 0x80;
    return bytes;
  }

  private headerOfFrame(): Uint8Array {
    return encodeFrameHeader(this.kind, this.want);
  }

  private readHeaderByte(byte: number): void {
    if (this.headerShift === 28 && byte > 0x0f) {
      throw new ProtocolError('out-of-range', this.where, 'frame header of more than 32 bits');
    }
    this.header = (this.header | ((byte & 0x7f) << this.headerShift)) >>> 0;
    this.headerShift += 7;
    if (byte < 0x80) this.startFrame();
  }

  private startFrame(): void {
    const kind = this.header & 3;
    const length = this.header >>> 2;
    const limit = this.limits[kind];
    if (limit === undefined || limit === 0) {
      throw new ProtocolError('unexpected', this.where, `frame of kind ${kind}`);
    }
    if (length > limit) {
      const what = `frame of ${length} bytes, ${limit} are allowed`;
      throw new ProtocolError('too-long', this.where, what);
    }
    this.kind = kind as FrameKind;
    this.want = length;
    this.header = 0;
    this.headerShift = 0;
  }

  private collect(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.want - this.have, chunk.length - at);
    const part = chunk.subarray(at, at + taken);
    if (taken === this.want) {
      this.complete(part);
    } else {
      this.chunks.push(part);
      this.have += taken;
      if (this.have === this.want) this.complete(joinChunks(this.chunks, this.have));
    }
    return taken;
  }

  private complete(bytes: Uint8Array): void {
    this.chunks = [];
    this.have = 0;
    this.want = -1;
    this.deliver(this.kind, bytes);
  }
}

function joinChunks(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
