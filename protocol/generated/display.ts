// Generated from the schema of channel display by protocol/tools/codec.ts. Do not edit.
import { ProtocolError } from '../errors.ts';
import { checkCell, readList, type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { closeStruct, putCount, putU24, putU32, putU8, putUint, putUint53, putVarint, putZigzag } from '../codec/write.ts';

export const displayMaxMessageBytes = 4096;

export const displayMaxUnitBytes = 67108864;

/** How the picture is coded. */
export const VideoCodec = {
  h264: 0,
} as const;
export type VideoCodec = (typeof VideoCodec)[keyof typeof VideoCodec];

/** What the samples mean; chroma lies amid its pixels. bt709Detail: see lost chroma, above. */
export const VideoColour = {
  bt709Full420: 0,
  bt709Limited420: 1,
  bt709Full444: 2,
  bt709Detail: 3,
} as const;
export type VideoColour = (typeof VideoColour)[keyof typeof VideoColour];

/** Why the terminal needs a whole picture. */
export const KeyFrameReason = {
  start: 0,
  checksum: 1,
  decode: 2,
  resized: 3,
} as const;
export type KeyFrameReason = (typeof KeyFrameReason)[keyof typeof KeyFrameReason];

/** The next picture of a video stream. Regions of encoding 5 paint parts of it. */
export interface VideoPicture {
  /** streams of one output are told apart by it, 0 to 1 */
  readonly stream: number;
  /** H.264 is an access unit in Annex B form; VideoCodec, newer peers may send other values */
  readonly codec: number;
  /** it needs no picture of its stream before it */
  readonly key: boolean;
  /** of the samples; VideoColour, newer peers may send other values */
  readonly colour: number;
  /** left edge of where the picture lies */
  readonly x: number;
  /** top edge of where the picture lies */
  readonly y: number;
  /** of the coded picture, even; may go over the edge of the whole by one */
  readonly widthPx: number;
  /** of the coded picture, even; may go over the edge of the whole by one */
  readonly heightPx: number;
  /** how much of the payload it takes */
  readonly bytes: number;
  /** when it was composed: 1 and the milliseconds of a clock that runs evenly, modulo 2^20; 0: not known */
  readonly time: number;
}

/** Head of a one-way unit; the payload follows it: of the regions, then of the videos. */
export interface FrameUpdate {
  readonly type: 'FrameUpdate';
  /** counts up per output */
  readonly frame: number;
  /** OutputInfo.id */
  readonly output: number;
  /** the frame needs no picture before it; the payload of the regions is one zstd frame; what video painted is not refined yet, so the checksum proves nothing; the payload of the regions is fine, see above */
  readonly key: boolean;
  readonly payloadCompressed: boolean;
  readonly lossy: boolean;
  readonly payloadFine: boolean;
  /** last input the picture reflects, 0 for none */
  readonly inputSequence: number;
  /** size of the whole picture */
  readonly widthPx: number;
  /** size of the whole picture */
  readonly heightPx: number;
  /** of the whole picture after this frame */
  readonly checksum: number;
  /** what changes, in the order of drawing; rows of 7: encoding, x, y, w, h, a, b */
  readonly regions: Int32Array;
  /** as in Attach; one of another view is dropped */
  readonly view: number;
  /** pictures of video streams; their bytes end the payload, in this order */
  readonly videos: readonly VideoPicture[];
}

/** The terminal has shown a frame. */
export interface FrameAck {
  readonly type: 'FrameAck';
  /** of the FrameUpdate */
  readonly frame: number;
  /** of the FrameUpdate */
  readonly output: number;
  /** terminal's clock when the unit was complete */
  readonly receivedUs: number;
  /** terminal's clock when it was on the screen */
  readonly presentedUs: number;
  /** as in Attach; one of another view is dropped */
  readonly view: number;
  /** what decoding it took; 0: not known */
  readonly decodeUs: number;
}

/** The terminal needs a whole picture. */
export interface KeyFrameRequest {
  readonly type: 'KeyFrameRequest';
  /** OutputInfo.id */
  readonly output: number;
  /** why; KeyFrameReason, newer peers may send other values */
  readonly reason: number;
  /** as in Attach; one of another view is dropped */
  readonly view: number;
}

export type DisplayMessage =
  | FrameUpdate
  | FrameAck
  | KeyFrameRequest;

/** First byte of each message. */
export const DisplayMessageId = {
  FrameUpdate: 1,
  FrameAck: 2,
  KeyFrameRequest: 3,
} as const;

/** Numbers per row of FrameUpdate.regions. */
export const FRAME_UPDATE_REGIONS_STRIDE = 7;

/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encodeDisplay(message: DisplayMessage): Uint8Array {
  switch (message.type) {
    case 'FrameUpdate':
      slab.reserve(boundFrameUpdate(message));
      return slab.take(writeFrameUpdate(slab.bytes, slab.at, message));
    case 'FrameAck':
      slab.reserve(boundFrameAck(message));
      return slab.take(writeFrameAck(slab.bytes, slab.at, message));
    case 'KeyFrameRequest':
      slab.reserve(boundKeyFrameRequest(message));
      return slab.take(writeKeyFrameRequest(slab.bytes, slab.at, message));
  }
}

/** Blobs are views into `bytes`. Throws nothing but ProtocolError. */
export function decodeDisplay(bytes: Uint8Array): DisplayMessage | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('DisplayMessage');
    switch (id) {
      case 1:
        return readFrameUpdate(reader);
      case 2:
        return readFrameAck(reader);
      case 3:
        return readKeyFrameRequest(reader);
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}

function boundVideoPicture(_m: VideoPicture): number {
  return 42;
}

function writeVideoPicture(out: Uint8Array, from: number, m: VideoPicture): number {
  let at = from;
  at = putUint(out, at, m.stream, 'VideoPicture.stream');
  at = putU8(out, at, m.codec, 'VideoPicture.codec');
  out[at++] = (m.key ? 1 : 0);
  at = putU8(out, at, m.colour, 'VideoPicture.colour');
  at = putUint(out, at, m.x, 'VideoPicture.x');
  at = putUint(out, at, m.y, 'VideoPicture.y');
  at = putUint(out, at, m.widthPx, 'VideoPicture.widthPx');
  at = putUint(out, at, m.heightPx, 'VideoPicture.heightPx');
  at = putUint(out, at, m.bytes, 'VideoPicture.bytes');
  at = putUint(out, at, m.time, 'VideoPicture.time');
  return at;
}

function readVideoPicture(r: Reader): VideoPicture {
  const outer = r.enter('VideoPicture');
  const value = { stream: r.uint('VideoPicture.stream'), codec: r.u8('VideoPicture.codec'), key: (r.u8('VideoPicture.flags') & 1) !== 0, colour: r.u8('VideoPicture.colour'), x: r.uint('VideoPicture.x'), y: r.uint('VideoPicture.y'), widthPx: r.uint('VideoPicture.widthPx'), heightPx: r.uint('VideoPicture.heightPx'), bytes: r.uint('VideoPicture.bytes'), time: r.at < r.end ? r.uint('VideoPicture.time') : 0 };
  r.leave(outer);
  return value;
}

function boundFrameUpdate(m: FrameUpdate): number {
  let bound = 49 + (m.regions.length / 7) * 35;
  for (const item of m.videos) bound += 5 + boundVideoPicture(item);
  return bound;
}

function writeFrameUpdate(out: Uint8Array, from: number, m: FrameUpdate): number {
  out[from] = 1;
  let at = from + 1;
  at = putUint(out, at, m.frame, 'FrameUpdate.frame');
  at = putUint(out, at, m.output, 'FrameUpdate.output');
  out[at++] = (m.key ? 1 : 0) | (m.payloadCompressed ? 2 : 0) | (m.lossy ? 4 : 0) | (m.payloadFine ? 8 : 0);
  at = putUint(out, at, m.inputSequence, 'FrameUpdate.inputSequence');
  at = putUint(out, at, m.widthPx, 'FrameUpdate.widthPx');
  at = putUint(out, at, m.heightPx, 'FrameUpdate.heightPx');
  at = putU32(out, at, m.checksum, 'FrameUpdate.checksum');
  const rows = m.regions;
  if (rows.length % 7 !== 0) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'incomplete row');
  at = putCount(out, at, rows.length / 7, 65536, 'FrameUpdate.regions');
  let xBefore = 0;
  let yBefore = 0;
  for (let i = 0; i < rows.length; i += 7) {
    const encoding = rows[i + 0] as number;
    const x = rows[i + 1] as number;
    const y = rows[i + 2] as number;
    const w = rows[i + 3] as number;
    const h = rows[i + 4] as number;
    const a = rows[i + 5] as number;
    const b = rows[i + 6] as number;
    if ((encoding >>> 0) > 7 || (x >>> 0) > 32767 || (y >>> 0) > 32767 || (w >>> 0) > 32767 || (h >>> 0) > 32767) {
      throw new ProtocolError('out-of-range', 'FrameUpdate.regions', `cannot encode row ${i / 7}`);
    }
    at = putVarint(out, at, (w << 3) | encoding);
    at = putZigzag(out, at, x - xBefore);
    at = putZigzag(out, at, y - yBefore);
    at = putVarint(out, at, h);
    switch (encoding) {
      case 0:
        if ((a >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode a');
        at = putU24(out, at, a);
        break;
      case 1:
        if ((a >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode a');
        at = putZigzag(out, at, a - x);
        if ((b >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode b');
        at = putZigzag(out, at, b - y);
        break;
      case 4:
        if ((a >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode a');
        at = putU24(out, at, a);
        if ((b >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode b');
        at = putU24(out, at, b);
        break;
      case 5:
        if ((a >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode a');
        at = putVarint(out, at, a);
        break;
      case 6:
        if ((a >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode a');
        at = putVarint(out, at, a);
        break;
      case 7:
        if ((a >>> 0) > 16777215) throw new ProtocolError('out-of-range', 'FrameUpdate.regions', 'cannot encode a');
        at = putVarint(out, at, a);
        break;
    }
    xBefore = x;
    yBefore = y;
  }
  at = putUint(out, at, m.view, 'FrameUpdate.view');
  at = putCount(out, at, m.videos.length, 2, 'FrameUpdate.videos');
  for (const item of m.videos) {
    at = closeStruct(out, at + 1, writeVideoPicture(out, at + 1, item));
  }
  return at;
}

function readFrameUpdate(r: Reader): FrameUpdate {
  return { type: 'FrameUpdate', frame: r.uint('FrameUpdate.frame'), output: r.uint('FrameUpdate.output'), key: (r.u8('FrameUpdate.flags') & 1) !== 0, payloadCompressed: ((r.bytes[r.at - 1] as number) & 2) !== 0, lossy: ((r.bytes[r.at - 1] as number) & 4) !== 0, payloadFine: ((r.bytes[r.at - 1] as number) & 8) !== 0, inputSequence: r.uint('FrameUpdate.inputSequence'), widthPx: r.uint('FrameUpdate.widthPx'), heightPx: r.uint('FrameUpdate.heightPx'), checksum: r.u32('FrameUpdate.checksum'), regions: readFrameUpdateRegions(r), view: r.uint('FrameUpdate.view'), videos: readList(r, 2, 'FrameUpdate.videos', (r) => readVideoPicture(r)) };
}

function readFrameUpdateRegions(r: Reader): Int32Array {
  const count = r.count(65536, 4, 'FrameUpdate.regions');
  const rows = new Int32Array(count * 7);
  let x = 0;
  let y = 0;
  for (let i = 0; i < rows.length; i += 7) {
    const head = r.uint('FrameUpdate.regions');
    const encoding = checkCell(head & 7, 7, 'FrameUpdate.regions');
    const w = checkCell(head >>> 3, 32767, 'FrameUpdate.regions');
    x = checkCell(x + r.int('FrameUpdate.regions'), 32767, 'FrameUpdate.regions');
    y = checkCell(y + r.int('FrameUpdate.regions'), 32767, 'FrameUpdate.regions');
    const h = checkCell(r.uint('FrameUpdate.regions'), 32767, 'FrameUpdate.regions');
    rows[i] = encoding;
    rows[i + 1] = x;
    rows[i + 2] = y;
    rows[i + 3] = w;
    rows[i + 4] = h;
    switch (encoding) {
      case 0:
        rows[i + 5] = checkCell(r.u24('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        break;
      case 1:
        rows[i + 5] = checkCell(x + r.int('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        rows[i + 6] = checkCell(y + r.int('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        break;
      case 4:
        rows[i + 5] = checkCell(r.u24('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        rows[i + 6] = checkCell(r.u24('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        break;
      case 5:
        rows[i + 5] = checkCell(r.uint('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        break;
      case 6:
        rows[i + 5] = checkCell(r.uint('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        break;
      case 7:
        rows[i + 5] = checkCell(r.uint('FrameUpdate.regions'), 16777215, 'FrameUpdate.regions');
        break;
    }
  }
  return rows;
}

function boundFrameAck(_m: FrameAck): number {
  return 40;
}

function writeFrameAck(out: Uint8Array, from: number, m: FrameAck): number {
  out[from] = 2;
  let at = from + 1;
  at = putUint(out, at, m.frame, 'FrameAck.frame');
  at = putUint(out, at, m.output, 'FrameAck.output');
  at = putUint53(out, at, m.receivedUs, 'FrameAck.receivedUs');
  at = putUint53(out, at, m.presentedUs, 'FrameAck.presentedUs');
  at = putUint(out, at, m.view, 'FrameAck.view');
  at = putUint(out, at, m.decodeUs, 'FrameAck.decodeUs');
  return at;
}

function readFrameAck(r: Reader): FrameAck {
  return { type: 'FrameAck', frame: r.uint('FrameAck.frame'), output: r.uint('FrameAck.output'), receivedUs: r.uint53('FrameAck.receivedUs'), presentedUs: r.uint53('FrameAck.presentedUs'), view: r.uint('FrameAck.view'), decodeUs: r.uint('FrameAck.decodeUs') };
}

function boundKeyFrameRequest(_m: KeyFrameRequest): number {
  return 15;
}

function writeKeyFrameRequest(out: Uint8Array, from: number, m: KeyFrameRequest): number {
  out[from] = 3;
  let at = from + 1;
  at = putUint(out, at, m.output, 'KeyFrameRequest.output');
  at = putU8(out, at, m.reason, 'KeyFrameRequest.reason');
  at = putUint(out, at, m.view, 'KeyFrameRequest.view');
  return at;
}

function readKeyFrameRequest(r: Reader): KeyFrameRequest {
  return { type: 'KeyFrameRequest', output: r.uint('KeyFrameRequest.output'), reason: r.u8('KeyFrameRequest.reason'), view: r.uint('KeyFrameRequest.view') };
}
