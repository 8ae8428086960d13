import test from 'ava';
import { ProtocolError } from '../../protocol/errors.ts';
import { decodeFrameUnit, encodeFrameHead } from '../../protocol/frame-unit.ts';
import type { FrameUpdate } from '../../protocol/generated/display.ts';
import { typedGlyph } from './samples.ts';

const unitOf = (header: FrameUpdate, payload: Uint8Array): Uint8Array =>
  Uint8Array.from(Buffer.concat([...encodeFrameHead(header), payload]));

test('a frame unit falls into head and payload', (t) => {
  const glyph = typedGlyph as FrameUpdate;
  const many = { ...glyph, regions: new Int32Array(7 * 5000) };
  for (const header of [glyph, many]) {
    const frame = decodeFrameUnit(unitOf(header, Uint8Array.of(1, 2, 3)));
    t.deepEqual(frame.header, header);
    t.deepEqual(Array.from(frame.payload), [1, 2, 3]);
  }
});

test('broken frame units are refused', (t) => {
  const unit = unitOf(typedGlyph as FrameUpdate, new Uint8Array(0));
  for (let length = 0; length < unit.length; length++) {
    t.throws(() => decodeFrameUnit(unit.subarray(0, length)), { instanceOf: ProtocolError });
  }
  t.throws(() => decodeFrameUnit(Uint8Array.of(2, 3, 1, 1)), { instanceOf: ProtocolError });
  t.throws(() => decodeFrameUnit(new Uint8Array(9).fill(0xff)), { instanceOf: ProtocolError });
});
