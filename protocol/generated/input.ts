// Generated from the schema of channel input by protocol/tools/codec.ts. Do not edit.
import { readList, type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { putBlob, putCount, putInt, putU8, putUint, putUint53 } from '../codec/write.ts';

export const inputMaxMessageBytes = 1024;

export const inputMaxUnitBytes = 4096;

/** Direction of scrolling, as in wl_pointer.axis. */
export const PointerAxisName = {
  vertical: 0,
  horizontal: 1,
} as const;
export type PointerAxisName = (typeof PointerAxisName)[keyof typeof PointerAxisName];

/** As in wl_pointer.axis_source. */
export const PointerAxisSource = {
  wheel: 0,
  finger: 1,
  continuous: 2,
  wheelTilt: 3,
} as const;
export type PointerAxisSource = (typeof PointerAxisSource)[keyof typeof PointerAxisSource];

/** A key went down or up; repeats are not sent. */
export interface Key {
  readonly type: 'Key';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** evdev KEY_ code */
  readonly code: number;
  /** down or up */
  readonly pressed: boolean;
}

/** The pointer is at a place. */
export interface PointerMotion {
  readonly type: 'PointerMotion';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** screen the position is on */
  readonly output: number;
  /** 1/256 pixel from the left edge of the screen */
  readonly x: number;
  /** 1/256 pixel from the top edge of the screen */
  readonly y: number;
}

/** The pointer was moved while it is locked or confined. */
export interface PointerRelative {
  readonly type: 'PointerRelative';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** 1/256 pixel, accelerated */
  readonly dx: number;
  /** 1/256 pixel, accelerated */
  readonly dy: number;
  /** 1/256 pixel, not accelerated */
  readonly dxRaw: number;
  /** 1/256 pixel, not accelerated */
  readonly dyRaw: number;
}

/** A button went down or up. */
export interface PointerButton {
  readonly type: 'PointerButton';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** evdev BTN_ code */
  readonly code: number;
  /** down or up */
  readonly pressed: boolean;
}

/** Scrolling. */
export interface PointerAxis {
  readonly type: 'PointerAxis';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** direction; PointerAxisName, newer peers may send other values */
  readonly axis: number;
  /** 1/256 of a wl_pointer.axis unit */
  readonly value: number;
  /** 120 for a notch of a wheel, 0 for other sources */
  readonly v120: number;
  /** kind of device; PointerAxisSource, newer peers may send other values */
  readonly source: number;
  /** the fingers were lifted; natural scrolling */
  readonly stop: boolean;
  readonly inverted: boolean;
}

/** The pointer messages since the last one belong together. */
export interface PointerFrame {
  readonly type: 'PointerFrame';
}

/** A finger touched the screen. */
export interface TouchDown {
  readonly type: 'TouchDown';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** names the finger until it is lifted */
  readonly id: number;
  /** screen the position is on */
  readonly output: number;
  /** 1/256 pixel from the left edge of the screen */
  readonly x: number;
  /** 1/256 pixel from the top edge of the screen */
  readonly y: number;
}

/** A finger was lifted. */
export interface TouchUp {
  readonly type: 'TouchUp';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** of the TouchDown */
  readonly id: number;
}

/** A finger moved. */
export interface TouchMotion {
  readonly type: 'TouchMotion';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
  /** of the TouchDown */
  readonly id: number;
  /** screen the position is on */
  readonly output: number;
  /** 1/256 pixel from the left edge of the screen */
  readonly x: number;
  /** 1/256 pixel from the top edge of the screen */
  readonly y: number;
}

/** The touch messages since the last one belong together. */
export interface TouchFrame {
  readonly type: 'TouchFrame';
}

/** The touches so far are void. */
export interface TouchCancel {
  readonly type: 'TouchCancel';
}

/** Every pressed key, button and finger is up. */
export interface ReleaseAll {
  readonly type: 'ReleaseAll';
  /** counts all input of this terminal; frames name the last one they reflect */
  readonly sequence: number;
  /** terminal's monotonic clock */
  readonly timeUs: number;
}

/** What follows is meant for this view; a session drops what is not for its own. */
export interface InputView {
  readonly type: 'InputView';
  /** as in Attach; 0 before the first one */
  readonly view: number;
}

/** A FrameAck, to sessions that sent the frame as a step. */
export interface Shown {
  readonly type: 'Shown';
  /** of the FrameUpdate */
  readonly frame: number;
  /** of the FrameUpdate */
  readonly output: number;
  /** terminal's clock when the unit was complete */
  readonly receivedUs: number;
  /** from then until it was on the screen */
  readonly presentUs: number;
  /** as in Attach */
  readonly view: number;
  /** what decoding it took; 0: not known */
  readonly decodeUs: number;
}

/** What happened at once, to sessions that sent a step. */
export interface Together {
  readonly type: 'Together';
  /** messages of this channel in their order; not InputView or Together */
  readonly messages: readonly Uint8Array[];
}

export type InputMessage =
  | Key
  | PointerMotion
  | PointerRelative
  | PointerButton
  | PointerAxis
  | PointerFrame
  | TouchDown
  | TouchUp
  | TouchMotion
  | TouchFrame
  | TouchCancel
  | ReleaseAll
  | InputView
  | Shown
  | Together;

/** First byte of each message. */
export const InputMessageId = {
  Key: 1,
  PointerMotion: 2,
  PointerRelative: 3,
  PointerButton: 4,
  PointerAxis: 5,
  PointerFrame: 6,
  TouchDown: 7,
  TouchUp: 8,
  TouchMotion: 9,
  TouchFrame: 10,
  TouchCancel: 11,
  ReleaseAll: 12,
  InputView: 13,
  Shown: 14,
  Together: 15,
} as const;

/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encodeInput(message: InputMessage): Uint8Array {
  switch (message.type) {
    case 'Key':
      slab.reserve(boundKey(message));
      return slab.take(writeKey(slab.bytes, slab.at, message));
    case 'PointerMotion':
      slab.reserve(boundPointerMotion(message));
      return slab.take(writePointerMotion(slab.bytes, slab.at, message));
    case 'PointerRelative':
      slab.reserve(boundPointerRelative(message));
      return slab.take(writePointerRelative(slab.bytes, slab.at, message));
    case 'PointerButton':
      slab.reserve(boundPointerButton(message));
      return slab.take(writePointerButton(slab.bytes, slab.at, message));
    case 'PointerAxis':
      slab.reserve(boundPointerAxis(message));
      return slab.take(writePointerAxis(slab.bytes, slab.at, message));
    case 'PointerFrame':
      slab.reserve(boundPointerFrame(message));
      return slab.take(writePointerFrame(slab.bytes, slab.at, message));
    case 'TouchDown':
      slab.reserve(boundTouchDown(message));
      return slab.take(writeTouchDown(slab.bytes, slab.at, message));
    case 'TouchUp':
      slab.reserve(boundTouchUp(message));
      return slab.take(writeTouchUp(slab.bytes, slab.at, message));
    case 'TouchMotion':
      slab.reserve(boundTouchMotion(message));
      return slab.take(writeTouchMotion(slab.bytes, slab.at, message));
    case 'TouchFrame':
      slab.reserve(boundTouchFrame(message));
      return slab.take(writeTouchFrame(slab.bytes, slab.at, message));
    case 'TouchCancel':
      slab.reserve(boundTouchCancel(message));
      return slab.take(writeTouchCancel(slab.bytes, slab.at, message));
    case 'ReleaseAll':
      slab.reserve(boundReleaseAll(message));
      return slab.take(writeReleaseAll(slab.bytes, slab.at, message));
    case 'InputView':
      slab.reserve(boundInputView(message));
      return slab.take(writeInputView(slab.bytes, slab.at, message));
    case 'Shown':
      slab.reserve(boundShown(message));
      return slab.take(writeShown(slab.bytes, slab.at, message));
    case 'Together':
      slab.reserve(boundTogether(message));
      return slab.take(writeTogether(slab.bytes, slab.at, message));
  }
}

/** Blobs are views into `bytes`. Throws nothing but ProtocolError. */
export function decodeInput(bytes: Uint8Array): InputMessage | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('InputMessage');
    switch (id) {
      case 1:
        return readKey(reader);
      case 2:
        return readPointerMotion(reader);
      case 3:
        return readPointerRelative(reader);
      case 4:
        return readPointerButton(reader);
      case 5:
        return readPointerAxis(reader);
      case 6:
        return readPointerFrame(reader);
      case 7:
        return readTouchDown(reader);
      case 8:
        return readTouchUp(reader);
      case 9:
        return readTouchMotion(reader);
      case 10:
        return readTouchFrame(reader);
      case 11:
        return readTouchCancel(reader);
      case 12:
        return readReleaseAll(reader);
      case 13:
        return readInputView(reader);
      case 14:
        return readShown(reader);
      case 15:
        return readTogether(reader);
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}

function boundKey(_m: Key): number {
  return 23;
}

function writeKey(out: Uint8Array, from: number, m: Key): number {
  out[from] = 1;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'Key.sequence');
  at = putUint53(out, at, m.timeUs, 'Key.timeUs');
  at = putUint(out, at, m.code, 'Key.code');
  out[at++] = m.pressed ? 1 : 0;
  return at;
}

function readKey(r: Reader): Key {
  return { type: 'Key', sequence: r.uint('Key.sequence'), timeUs: r.uint53('Key.timeUs'), code: r.uint('Key.code'), pressed: r.bool('Key.pressed') };
}

function boundPointerMotion(_m: PointerMotion): number {
  return 32;
}

function writePointerMotion(out: Uint8Array, from: number, m: PointerMotion): number {
  out[from] = 2;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'PointerMotion.sequence');
  at = putUint53(out, at, m.timeUs, 'PointerMotion.timeUs');
  at = putUint(out, at, m.output, 'PointerMotion.output');
  at = putInt(out, at, m.x, 'PointerMotion.x');
  at = putInt(out, at, m.y, 'PointerMotion.y');
  return at;
}

function readPointerMotion(r: Reader): PointerMotion {
  return { type: 'PointerMotion', sequence: r.uint('PointerMotion.sequence'), timeUs: r.uint53('PointerMotion.timeUs'), output: r.uint('PointerMotion.output'), x: r.int('PointerMotion.x'), y: r.int('PointerMotion.y') };
}

function boundPointerRelative(_m: PointerRelative): number {
  return 37;
}

function writePointerRelative(out: Uint8Array, from: number, m: PointerRelative): number {
  out[from] = 3;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'PointerRelative.sequence');
  at = putUint53(out, at, m.timeUs, 'PointerRelative.timeUs');
  at = putInt(out, at, m.dx, 'PointerRelative.dx');
  at = putInt(out, at, m.dy, 'PointerRelative.dy');
  at = putInt(out, at, m.dxRaw, 'PointerRelative.dxRaw');
  at = putInt(out, at, m.dyRaw, 'PointerRelative.dyRaw');
  return at;
}

function readPointerRelative(r: Reader): PointerRelative {
  return { type: 'PointerRelative', sequence: r.uint('PointerRelative.sequence'), timeUs: r.uint53('PointerRelative.timeUs'), dx: r.int('PointerRelative.dx'), dy: r.int('PointerRelative.dy'), dxRaw: r.int('PointerRelative.dxRaw'), dyRaw: r.int('PointerRelative.dyRaw') };
}

function boundPointerButton(_m: PointerButton): number {
  return 23;
}

function writePointerButton(out: Uint8Array, from: number, m: PointerButton): number {
  out[from] = 4;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'PointerButton.sequence');
  at = putUint53(out, at, m.timeUs, 'PointerButton.timeUs');
  at = putUint(out, at, m.code, 'PointerButton.code');
  out[at++] = m.pressed ? 1 : 0;
  return at;
}

function readPointerButton(r: Reader): PointerButton {
  return { type: 'PointerButton', sequence: r.uint('PointerButton.sequence'), timeUs: r.uint53('PointerButton.timeUs'), code: r.uint('PointerButton.code'), pressed: r.bool('PointerButton.pressed') };
}

function boundPointerAxis(_m: PointerAxis): number {
  return 30;
}

function writePointerAxis(out: Uint8Array, from: number, m: PointerAxis): number {
  out[from] = 5;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'PointerAxis.sequence');
  at = putUint53(out, at, m.timeUs, 'PointerAxis.timeUs');
  at = putU8(out, at, m.axis, 'PointerAxis.axis');
  at = putInt(out, at, m.value, 'PointerAxis.value');
  at = putInt(out, at, m.v120, 'PointerAxis.v120');
  at = putU8(out, at, m.source, 'PointerAxis.source');
  out[at++] = (m.stop ? 1 : 0) | (m.inverted ? 2 : 0);
  return at;
}

function readPointerAxis(r: Reader): PointerAxis {
  return { type: 'PointerAxis', sequence: r.uint('PointerAxis.sequence'), timeUs: r.uint53('PointerAxis.timeUs'), axis: r.u8('PointerAxis.axis'), value: r.int('PointerAxis.value'), v120: r.int('PointerAxis.v120'), source: r.u8('PointerAxis.source'), stop: (r.u8('PointerAxis.flags') & 1) !== 0, inverted: ((r.bytes[r.at - 1] as number) & 2) !== 0 };
}

function boundPointerFrame(_m: PointerFrame): number {
  return 4;
}

function writePointerFrame(out: Uint8Array, from: number, _m: PointerFrame): number {
  out[from] = 6;
  return from + 1;
}

function readPointerFrame(_r: Reader): PointerFrame {
  return { type: 'PointerFrame' };
}

function boundTouchDown(_m: TouchDown): number {
  return 37;
}

function writeTouchDown(out: Uint8Array, from: number, m: TouchDown): number {
  out[from] = 7;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'TouchDown.sequence');
  at = putUint53(out, at, m.timeUs, 'TouchDown.timeUs');
  at = putUint(out, at, m.id, 'TouchDown.id');
  at = putUint(out, at, m.output, 'TouchDown.output');
  at = putInt(out, at, m.x, 'TouchDown.x');
  at = putInt(out, at, m.y, 'TouchDown.y');
  return at;
}

function readTouchDown(r: Reader): TouchDown {
  return { type: 'TouchDown', sequence: r.uint('TouchDown.sequence'), timeUs: r.uint53('TouchDown.timeUs'), id: r.uint('TouchDown.id'), output: r.uint('TouchDown.output'), x: r.int('TouchDown.x'), y: r.int('TouchDown.y') };
}

function boundTouchUp(_m: TouchUp): number {
  return 22;
}

function writeTouchUp(out: Uint8Array, from: number, m: TouchUp): number {
  out[from] = 8;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'TouchUp.sequence');
  at = putUint53(out, at, m.timeUs, 'TouchUp.timeUs');
  at = putUint(out, at, m.id, 'TouchUp.id');
  return at;
}

function readTouchUp(r: Reader): TouchUp {
  return { type: 'TouchUp', sequence: r.uint('TouchUp.sequence'), timeUs: r.uint53('TouchUp.timeUs'), id: r.uint('TouchUp.id') };
}

function boundTouchMotion(_m: TouchMotion): number {
  return 37;
}

function writeTouchMotion(out: Uint8Array, from: number, m: TouchMotion): number {
  out[from] = 9;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'TouchMotion.sequence');
  at = putUint53(out, at, m.timeUs, 'TouchMotion.timeUs');
  at = putUint(out, at, m.id, 'TouchMotion.id');
  at = putUint(out, at, m.output, 'TouchMotion.output');
  at = putInt(out, at, m.x, 'TouchMotion.x');
  at = putInt(out, at, m.y, 'TouchMotion.y');
  return at;
}

function readTouchMotion(r: Reader): TouchMotion {
  return { type: 'TouchMotion', sequence: r.uint('TouchMotion.sequence'), timeUs: r.uint53('TouchMotion.timeUs'), id: r.uint('TouchMotion.id'), output: r.uint('TouchMotion.output'), x: r.int('TouchMotion.x'), y: r.int('TouchMotion.y') };
}

function boundTouchFrame(_m: TouchFrame): number {
  return 4;
}

function writeTouchFrame(out: Uint8Array, from: number, _m: TouchFrame): number {
  out[from] = 10;
  return from + 1;
}

function readTouchFrame(_r: Reader): TouchFrame {
  return { type: 'TouchFrame' };
}

function boundTouchCancel(_m: TouchCancel): number {
  return 4;
}

function writeTouchCancel(out: Uint8Array, from: number, _m: TouchCancel): number {
  out[from] = 11;
  return from + 1;
}

function readTouchCancel(_r: Reader): TouchCancel {
  return { type: 'TouchCancel' };
}

function boundReleaseAll(_m: ReleaseAll): number {
  return 17;
}

function writeReleaseAll(out: Uint8Array, from: number, m: ReleaseAll): number {
  out[from] = 12;
  let at = from + 1;
  at = putUint(out, at, m.sequence, 'ReleaseAll.sequence');
  at = putUint53(out, at, m.timeUs, 'ReleaseAll.timeUs');
  return at;
}

function readReleaseAll(r: Reader): ReleaseAll {
  return { type: 'ReleaseAll', sequence: r.uint('ReleaseAll.sequence'), timeUs: r.uint53('ReleaseAll.timeUs') };
}

function boundInputView(_m: InputView): number {
  return 9;
}

function writeInputView(out: Uint8Array, from: number, m: InputView): number {
  out[from] = 13;
  let at = from + 1;
  at = putUint(out, at, m.view, 'InputView.view');
  return at;
}

function readInputView(r: Reader): InputView {
  return { type: 'InputView', view: r.uint('InputView.view') };
}

function boundShown(_m: Shown): number {
  return 37;
}

function writeShown(out: Uint8Array, from: number, m: Shown): number {
  out[from] = 14;
  let at = from + 1;
  at = putUint(out, at, m.frame, 'Shown.frame');
  at = putUint(out, at, m.output, 'Shown.output');
  at = putUint53(out, at, m.receivedUs, 'Shown.receivedUs');
  at = putUint(out, at, m.presentUs, 'Shown.presentUs');
  at = putUint(out, at, m.view, 'Shown.view');
  at = putUint(out, at, m.decodeUs, 'Shown.decodeUs');
  return at;
}

function readShown(r: Reader): Shown {
  return { type: 'Shown', frame: r.uint('Shown.frame'), output: r.uint('Shown.output'), receivedUs: r.uint53('Shown.receivedUs'), presentUs: r.uint('Shown.presentUs'), view: r.uint('Shown.view'), decodeUs: r.uint('Shown.decodeUs') };
}

function boundTogether(m: Together): number {
  let bound = 9;
  for (const item of m.messages) bound += 5 + item.length;
  return bound;
}

function writeTogether(out: Uint8Array, from: number, m: Together): number {
  out[from] = 15;
  let at = from + 1;
  at = putCount(out, at, m.messages.length, 12, 'Together.messages');
  for (const item of m.messages) {
    at = putBlob(out, at, item, 64, 'Together.messages');
  }
  return at;
}

function readTogether(r: Reader): Together {
  return { type: 'Together', messages: readList(r, 12, 'Together.messages', (r) => r.blob(64, 'Together.messages')) };
}
