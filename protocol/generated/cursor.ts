// Generated from the schema of channel cursor by protocol/tools/codec.ts. Do not edit.
import { type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { putBlob, putInt, putUint } from '../codec/write.ts';

export const cursorMaxMessageBytes = 262400;

export const cursorMaxUnitBytes = 0;

/** Defines or replaces a picture. */
export interface CursorImage {
  readonly type: 'CursorImage';
  /** chosen by the session; a terminal keeps the last 32 */
  readonly id: number;
  /** 1 to 256 */
  readonly widthPx: number;
  /** 1 to 256 */
  readonly heightPx: number;
  /** pixels of the picture */
  readonly hotspotX: number;
  /** pixels of the picture */
  readonly hotspotY: number;
  /** scale the picture is made for, in 1/120 */
  readonly scale120: number;
  /** ARGB8888 premultiplied, bytes B, G, R, A, rows top down */
  readonly pixels: Uint8Array;
  /** as in Attach; one of another view is dropped */
  readonly view: number;
}

/** Shows a picture. */
export interface CursorShow {
  readonly type: 'CursorShow';
  /** of a CursorImage */
  readonly id: number;
  /** as in Attach; one of another view is dropped */
  readonly view: number;
}

/** Shows no pointer. */
export interface CursorHide {
  readonly type: 'CursorHide';
  /** as in Attach; one of another view is dropped */
  readonly view: number;
}

export type CursorMessage =
  | CursorImage
  | CursorShow
  | CursorHide;

/** First byte of each message. */
export const CursorMessageId = {
  CursorImage: 1,
  CursorShow: 2,
  CursorHide: 3,
} as const;

/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encodeCursor(message: CursorMessage): Uint8Array {
  switch (message.type) {
    case 'CursorImage':
      slab.reserve(boundCursorImage(message));
      return slab.take(writeCursorImage(slab.bytes, slab.at, message));
    case 'CursorShow':
      slab.reserve(boundCursorShow(message));
      return slab.take(writeCursorShow(slab.bytes, slab.at, message));
    case 'CursorHide':
      slab.reserve(boundCursorHide(message));
      return slab.take(writeCursorHide(slab.bytes, slab.at, message));
  }
}

/** Blobs are views into `bytes`. Throws nothing but ProtocolError. */
export function decodeCursor(bytes: Uint8Array): CursorMessage | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('CursorMessage');
    switch (id) {
      case 1:
        return readCursorImage(reader);
      case 2:
        return readCursorShow(reader);
      case 3:
        return readCursorHide(reader);
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}

function boundCursorImage(m: CursorImage): number {
  return 44 + m.pixels.length;
}

function writeCursorImage(out: Uint8Array, from: number, m: CursorImage): number {
  out[from] = 1;
  let at = from + 1;
  at = putUint(out, at, m.id, 'CursorImage.id');
  at = putUint(out, at, m.widthPx, 'CursorImage.widthPx');
  at = putUint(out, at, m.heightPx, 'CursorImage.heightPx');
  at = putInt(out, at, m.hotspotX, 'CursorImage.hotspotX');
  at = putInt(out, at, m.hotspotY, 'CursorImage.hotspotY');
  at = putUint(out, at, m.scale120, 'CursorImage.scale120');
  at = putBlob(out, at, m.pixels, 262144, 'CursorImage.pixels');
  at = putUint(out, at, m.view, 'CursorImage.view');
  return at;
}

function readCursorImage(r: Reader): CursorImage {
  return { type: 'CursorImage', id: r.uint('CursorImage.id'), widthPx: r.uint('CursorImage.widthPx'), heightPx: r.uint('CursorImage.heightPx'), hotspotX: r.int('CursorImage.hotspotX'), hotspotY: r.int('CursorImage.hotspotY'), scale120: r.uint('CursorImage.scale120'), pixels: r.blob(262144, 'CursorImage.pixels'), view: r.uint('CursorImage.view') };
}

function boundCursorShow(_m: CursorShow): number {
  return 14;
}

function writeCursorShow(out: Uint8Array, from: number, m: CursorShow): number {
  out[from] = 2;
  let at = from + 1;
  at = putUint(out, at, m.id, 'CursorShow.id');
  at = putUint(out, at, m.view, 'CursorShow.view');
  return at;
}

function readCursorShow(r: Reader): CursorShow {
  return { type: 'CursorShow', id: r.uint('CursorShow.id'), view: r.uint('CursorShow.view') };
}

function boundCursorHide(_m: CursorHide): number {
  return 9;
}

function writeCursorHide(out: Uint8Array, from: number, m: CursorHide): number {
  out[from] = 3;
  let at = from + 1;
  at = putUint(out, at, m.view, 'CursorHide.view');
  return at;
}

function readCursorHide(r: Reader): CursorHide {
  return { type: 'CursorHide', view: r.uint('CursorHide.view') };
}
