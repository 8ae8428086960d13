import { AudioMessageId, decodeAudio, encodeAudio } from '../../protocol/generated/audio.ts';
import {
  ControlMessageId,
  decodeControl,
  encodeControl,
} from '../../protocol/generated/control.ts';
import { CursorMessageId, decodeCursor, encodeCursor } from '../../protocol/generated/cursor.ts';
import {
  DisplayMessageId,
  decodeDisplay,
  encodeDisplay,
} from '../../protocol/generated/display.ts';
import { decodeInput, encodeInput, InputMessageId } from '../../protocol/generated/input.ts';
import { decodeUsb, encodeUsb, UsbMessageId } from '../../protocol/generated/usb.ts';
import {
  audioSamples,
  controlSamples,
  cursorSamples,
  displaySamples,
  inputSamples,
  usbSamples,
} from './samples.ts';

export interface Message {
  readonly type: string;
}

export interface Codec {
  readonly name: string;
  readonly ids: Readonly<Record<string, number>>;
  readonly samples: readonly Message[];
  readonly encode: (message: Message) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Message;
}

const codec = <M extends Message>(
  name: string,
  ids: Readonly<Record<string, number>>,
  samples: readonly M[],
  encode: (message: M) => Uint8Array,
  decode: (bytes: Uint8Array) => Message,
): Codec => ({ name, ids, samples, encode: encode as (message: Message) => Uint8Array, decode });

export const codecs: readonly Codec[] = [
  codec('control', ControlMessageId, controlSamples, encodeControl, decodeControl),
  codec('input', InputMessageId, inputSamples, encodeInput, decodeInput),
  codec('cursor', CursorMessageId, cursorSamples, encodeCursor, decodeCursor),
  codec('display', DisplayMessageId, displaySamples, encodeDisplay, decodeDisplay),
  codec('audio', AudioMessageId, audioSamples, encodeAudio, decodeAudio),
  codec('usb', UsbMessageId, usbSamples, encodeUsb, decodeUsb),
];
