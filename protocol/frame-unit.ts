import { putVarint } from './codec/write.ts';
import { ProtocolError } from './errors.ts';
import { isStep, viewOfStep } from './frame-step.ts';
import { decodeDisplay, encodeDisplay, type FrameUpdate } from './generated/display.ts';

/** A frame as it arrived; both parts are views into the unit. */
export interface FrameUnit {
  readonly header: FrameUpdate;
  readonly payload: Uint8Array;
}

/** What goes in front of the pixel payload in a unit of the display channel: the head with its length. */
export function encodeFrameHead(header: FrameUpdate): Uint8Array[] {
  const head = encodeDisplay(header);
  const prefix = new Uint8Array(head.length < 0x80 ? 1 : head.length < 0x4000 ? 2 : 4);
  const used = putVarint(prefix, 0, head.length);
  return [prefix.subarray(0, used), head];
}

/** Takes a unit of the display channel apart; throws ProtocolError. */
export function decodeFrameUnit(unit: Uint8Array): FrameUnit {
  const { length, at } = headLength(unit);
  if (length > unit.length - at) {
    throw new ProtocolError('truncated', 'frame unit', 'the head is longer than the unit');
  }
  const header = decodeDisplay(unit.subarray(at, at + length));
  if (header.type !== 'FrameUpdate') {
    throw new ProtocolError('unexpected', 'frame unit', `the head is ${header.type}`);
  }
  return { header, payload: unit.subarray(at + length) };
}

/** The view that a unit of the display channel, or a step, is of; throws ProtocolError. */
export function viewOfUnit(unit: Uint8Array): number {
  return isStep(unit) ? viewOfStep(unit) : decodeFrameUnit(unit).header.view;
}

function headLength(unit: Uint8Array): { length: number; at: number } {
  let length = 0;
  for (let at = 0; at < 4; at++) {
    const byte = unit[at];
    if (byte === undefined) throw new ProtocolError('truncated', 'frame unit', 'it has no head');
    length |= (byte & 0x7f) << (7 * at);
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw new ProtocolError('too-long', 'frame unit', 'the length of the head');
}
