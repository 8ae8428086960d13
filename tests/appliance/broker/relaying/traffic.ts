import fc from 'fast-check';
import { Channel } from '../../../../protocol/channel.ts';
import { encodeFrameHead } from '../../../../protocol/frame-unit.ts';
import { encodeCursor } from '../../../../protocol/generated/cursor.ts';
import { encodeDisplay, type FrameUpdate } from '../../../../protocol/generated/display.ts';
import { encodeInput } from '../../../../protocol/generated/input.ts';
import { encodeFrameHeader, FrameKind } from '../../../../protocol/link/framing.ts';

/** What terminals and sessions say, rightly and wrongly, as bytes of a lane. */

export const VIEW = 7;

export const framed = (kind: FrameKind, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([encodeFrameHeader(kind, body.length), body]);
};

const message = (bytes: Uint8Array): Buffer => framed(FrameKind.message, bytes);

export const inputView = (view: number): Buffer =>
  message(encodeInput({ type: 'InputView', view }));

export const key = (sequence: number): Buffer =>
  message(encodeInput({ type: 'Key', sequence, timeUs: 1, code: 30, pressed: true }));

export const hideCursor = (view: number): Buffer =>
  message(encodeCursor({ type: 'CursorHide', view }));

const image = (view: number, id: number, bytes: number): Buffer =>
  message(
    encodeCursor({
      type: 'CursorImage',
      id,
      widthPx: 1,
      heightPx: 1,
      hotspotX: -1,
      hotspotY: 2,
      scale120: 120,
      pixels: new Uint8Array(bytes).fill(id),
      view,
    }),
  );

export const frame = (view: number, number: number, payloadBytes: number, rows = 2): Buffer => {
  const regions = new Int32Array(7 * rows);
  for (let row = 0; row < rows; row++)
    regions.set([row % 5, (row * 37) % 999, (row * 91) % 999, 200, 300, 17, 18], row * 7);
  const header: FrameUpdate = {
    type: 'FrameUpdate',
    frame: number,
    output: 1,
    key: true,
    payloadCompressed: false,
    lossy: false,
    inputSequence: number,
    widthPx: 1920,
    heightPx: 1080,
    checksum: 0xdeadbeef,
    regions,
    view,
    videos: [],
  } as unknown as FrameUpdate;
  const payload = new Uint8Array(payloadBytes).fill(number);
  return framed(FrameKind.unit, ...encodeFrameHead(header), payload);
};

export const step = (view: number, bytes: number): Buffer =>
  framed(FrameKind.unit, Uint8Array.of(1, view), new Uint8Array(bytes).fill(3));

export const acknowledgement = (number: number): Buffer =>
  message(
    encodeDisplay({
      type: 'FrameAck',
      frame: number,
      output: 1,
      receivedUs: 1,
      presentedUs: 2,
      decodeUs: 1,
      view: VIEW,
    }),
  );

/** Last of a lane; each passes. */
export const LAST = {
  toSession: new Map<Channel, Buffer>([
    [Channel.input, Buffer.concat([inputView(VIEW), key(0xfffffff0)])],
    [Channel.cursor, message(Uint8Array.of(200, 1, 2, 3, 4, 5))],
    [Channel.display, acknowledgement(0xfffffff0)],
  ]),
  toTerminal: new Map<Channel, Buffer>([
    [Channel.input, step(VIEW, 99)],
    [Channel.cursor, image(VIEW, 0xfffffff0, 9)],
    [Channel.display, frame(VIEW, 0xfffffff0, 3)],
  ]),
};

const views = fc.constantFrom(VIEW, VIEW, VIEW, 0, 6, 8, 300);
const small = fc.integer({ min: 0, max: 0xffffffff });
const blob = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max });

export const toSession: ReadonlyMap<Channel, fc.Arbitrary<Buffer>> = new Map([
  [
    Channel.input,
    fc.oneof(
      small.map(key),
      views.map(inputView),
      blob(40)
        .filter(([first]) => first !== 13)
        .map(message),
      fc.constant(message(new Uint8Array(0))),
    ),
  ],
  [Channel.cursor, blob(300).map(message)],
  [Channel.display, fc.oneof(small.map(acknowledgement), blob(300).map(message))],
]);

export const toTerminal: ReadonlyMap<Channel, fc.Arbitrary<Buffer>> = new Map([
  [
    Channel.input,
    fc.oneof(
      fc
        .tuple(views, fc.integer({ min: 0, max: 3000 }))
        .map(([view, bytes]) => step(view & 127, bytes)),
      blob(40).map(message),
    ),
  ],
  [
    Channel.cursor,
    fc.oneof(
      views.map(hideCursor),
      fc
        .tuple(views, small, fc.constantFrom(0, 10, 5000, 200_000))
        .map(([view, id, bytes]) => image(view, id, bytes)),
      fc.constant(message(Uint8Array.of(99, 1, 2))),
    ),
  ],
  [
    Channel.display,
    fc.oneof(
      fc
        .tuple(
          views,
          small,
          fc.constantFrom(0, 1, 50, 4000, 70_000, 300_000),
          fc.integer({ min: 0, max: 200 }),
        )
        .map(([view, number, bytes, rows]) => frame(view, number, bytes, rows)),
      views.map((view) => step(view & 127, 20)),
      blob(40).map(message),
    ),
  ],
]);

/** Breaks a rule, so that the link of who says it ends. */
export const wrongOfTerminal: ReadonlyMap<Channel, fc.Arbitrary<Buffer>> = new Map([
  [
    Channel.input,
    fc.constantFrom(
      message(Uint8Array.of(13)),
      message(Uint8Array.of(13, 0xff, 0xff, 0xff, 0xff, 0xff)),
      framed(FrameKind.link, new Uint8Array(3)),
      Buffer.from(encodeFrameHeader(FrameKind.message, 1025)),
    ),
  ],
  [Channel.cursor, fc.constantFrom(Buffer.from(encodeFrameHeader(3 as FrameKind, 1)))],
  [
    Channel.display,
    fc.constantFrom(
      Buffer.of(0xff, 0xff, 0xff, 0xff, 0x1f),
      Buffer.from(encodeFrameHeader(FrameKind.message, 4097)),
    ),
  ],
]);

const headed = (head: Uint8Array): Buffer =>
  framed(FrameKind.unit, Uint8Array.of(head.length), head);

export const wrongOfSession: ReadonlyMap<Channel, fc.Arbitrary<Buffer>> = new Map([
  [
    Channel.input,
    fc.constantFrom(
      framed(FrameKind.unit, Uint8Array.of(3)),
      framed(FrameKind.unit, Uint8Array.of(3, 0xff, 0xff, 0xff, 0xff, 0x7f)),
      Buffer.from(encodeFrameHeader(FrameKind.message, 1025)),
    ),
  ],
  [
    Channel.cursor,
    fc.oneof(
      blob(30).map(([...bytes]) =>
        message(Uint8Array.of(1, ...bytes, 0xff, 0xff, 0xff, 0xff, 0xff)),
      ),
      fc.constantFrom(
        framed(FrameKind.unit, new Uint8Array(9)),
        message(Uint8Array.of(3)),
        message(new Uint8Array(0)),
        message(Uint8Array.of(2, 1, 0x80)),
        Buffer.from(encodeFrameHeader(FrameKind.message, 262_401)),
      ),
    ),
  ],
  [
    Channel.display,
    fc.oneof(
      blob(60).map(([...bytes]) =>
        headed(Uint8Array.of(1, ...bytes, 0xff, 0xff, 0xff, 0xff, 0xff)),
      ),
      blob(60).map((bytes) => framed(FrameKind.unit, Uint8Array.of(8 + (bytes[0] ?? 0)), bytes)),
      fc.constantFrom(
        framed(FrameKind.unit, new Uint8Array(0)),
        framed(FrameKind.unit, Uint8Array.of(0xff, 0xff, 0xff, 0xff)),
        framed(FrameKind.unit, Uint8Array.of(0xff, 0xff)),
        headed(Uint8Array.of(2, 1, 1, 1, 1, 1, 1, 1, 1)),
        headed(Uint8Array.of(77, 1, 1, 1, 1, 1, 1, 1, 1)),
        Buffer.from(encodeFrameHeader(FrameKind.unit, 67_108_865)),
        framed(FrameKind.link, new Uint8Array(2)),
      ),
    ),
  ],
]);
