// Generated from the schema of channel audio by protocol/tools/codec.ts. Do not edit.
import { type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { putBlob, putU8, putUint, putUint53 } from '../codec/write.ts';

export const audioMaxMessageBytes = 65792;

export const audioMaxUnitBytes = 0;

/** Which way the sound goes. */
export const AudioDirection = {
  playback: 0,
  capture: 1,
} as const;
export type AudioDirection = (typeof AudioDirection)[keyof typeof AudioDirection];

/** How samples are packed. */
export const AudioCodec = {
  opus: 0,
  pcmS16: 1,
} as const;
export type AudioCodec = (typeof AudioCodec)[keyof typeof AudioCodec];

/** Starts a stream. */
export interface AudioFormat {
  readonly type: 'AudioFormat';
  /** chosen by the sender of the AudioFormat */
  readonly stream: number;
  /** which way; AudioDirection, newer peers may send other values */
  readonly direction: number;
  /** how samples are packed; AudioCodec, newer peers may send other values */
  readonly codec: number;
  /** samples per second */
  readonly rateHz: number;
  /** 1 to 8 */
  readonly channels: number;
  /** per channel */
  readonly samplesPerPacket: number;
}

/** Sound of a stream. */
export interface AudioPacket {
  readonly type: 'AudioPacket';
  /** chosen by the sender of the AudioFormat */
  readonly stream: number;
  /** counts up */
  readonly sequence: number;
  /** sender's clock of the first sample */
  readonly timeUs: number;
  /** packed samples */
  readonly data: Uint8Array;
}

/** Ends a stream. */
export interface AudioStop {
  readonly type: 'AudioStop';
  /** chosen by the sender of the AudioFormat */
  readonly stream: number;
}

export type AudioMessage =
  | AudioFormat
  | AudioPacket
  | AudioStop;

/** First byte of each message. */
export const AudioMessageId = {
  AudioFormat: 1,
  AudioPacket: 2,
  AudioStop: 3,
} as const;

/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encodeAudio(message: AudioMessage): Uint8Array {
  switch (message.type) {
    case 'AudioFormat':
      slab.reserve(boundAudioFormat(message));
      return slab.take(writeAudioFormat(slab.bytes, slab.at, message));
    case 'AudioPacket':
      slab.reserve(boundAudioPacket(message));
      return slab.take(writeAudioPacket(slab.bytes, slab.at, message));
    case 'AudioStop':
      slab.reserve(boundAudioStop(message));
      return slab.take(writeAudioStop(slab.bytes, slab.at, message));
  }
}

/** Blobs are views into `bytes`. Throws nothing but ProtocolError. */
export function decodeAudio(bytes: Uint8Array): AudioMessage | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('AudioMessage');
    switch (id) {
      case 1:
        return readAudioFormat(reader);
      case 2:
        return readAudioPacket(reader);
      case 3:
        return readAudioStop(reader);
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}

function boundAudioFormat(_m: AudioFormat): number {
  return 22;
}

function writeAudioFormat(out: Uint8Array, from: number, m: AudioFormat): number {
  out[from] = 1;
  let at = from + 1;
  at = putUint(out, at, m.stream, 'AudioFormat.stream');
  at = putU8(out, at, m.direction, 'AudioFormat.direction');
  at = putU8(out, at, m.codec, 'AudioFormat.codec');
  at = putUint(out, at, m.rateHz, 'AudioFormat.rateHz');
  at = putU8(out, at, m.channels, 'AudioFormat.channels');
  at = putUint(out, at, m.samplesPerPacket, 'AudioFormat.samplesPerPacket');
  return at;
}

function readAudioFormat(r: Reader): AudioFormat {
  return { type: 'AudioFormat', stream: r.uint('AudioFormat.stream'), direction: r.u8('AudioFormat.direction'), codec: r.u8('AudioFormat.codec'), rateHz: r.uint('AudioFormat.rateHz'), channels: r.u8('AudioFormat.channels'), samplesPerPacket: r.uint('AudioFormat.samplesPerPacket') };
}

function boundAudioPacket(m: AudioPacket): number {
  return 27 + m.data.length;
}

function writeAudioPacket(out: Uint8Array, from: number, m: AudioPacket): number {
  out[from] = 2;
  let at = from + 1;
  at = putUint(out, at, m.stream, 'AudioPacket.stream');
  at = putUint(out, at, m.sequence, 'AudioPacket.sequence');
  at = putUint53(out, at, m.timeUs, 'AudioPacket.timeUs');
  at = putBlob(out, at, m.data, 65536, 'AudioPacket.data');
  return at;
}

function readAudioPacket(r: Reader): AudioPacket {
  return { type: 'AudioPacket', stream: r.uint('AudioPacket.stream'), sequence: r.uint('AudioPacket.sequence'), timeUs: r.uint53('AudioPacket.timeUs'), data: r.blob(65536, 'AudioPacket.data') };
}

function boundAudioStop(_m: AudioStop): number {
  return 9;
}

function writeAudioStop(out: Uint8Array, from: number, m: AudioStop): number {
  out[from] = 3;
  let at = from + 1;
  at = putUint(out, at, m.stream, 'AudioStop.stream');
  return at;
}

function readAudioStop(r: Reader): AudioStop {
  return { type: 'AudioStop', stream: r.uint('AudioStop.stream') };
}
