import test from 'ava';
import fc from 'fast-check';
import { ProtocolError } from '../../../protocol/errors.ts';
import { encodeFrameHeader, type FrameKind, FrameReader } from '../../../protocol/link/framing.ts';

const LIMITS = [1000, 5000, 100] as const;

interface Frame {
  readonly kind: FrameKind;
  readonly bytes: Uint8Array;
}

const collect = (): { reader: FrameReader; frames: Frame[] } => {
  const frames: Frame[] = [];
  const reader = new FrameReader('test', LIMITS, (kind, bytes) => frames.push({ kind, bytes }));
  return { reader, frames };
};

const arbitraryFrame = fc
  .tuple(fc.constantFrom(0, 1, 2) as fc.Arbitrary<FrameKind>, fc.uint8Array({ maxLength: 100 }))
  .map(([kind, bytes]) => ({ kind, bytes }));

test('frames survive any cutting of the stream', (t) => {
  const input = fc.tuple(
    fc.array(arbitraryFrame, { maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 60 })),
  );
  fc.assert(
    fc.property(input, ([sent, cuts]) => {
      const parts = sent.flatMap((f) => [encodeFrameHeader(f.kind, f.bytes.length), f.bytes]);
      let stream = Uint8Array.from(Buffer.concat(parts));
      const { reader, frames } = collect();
      for (const cut of cuts) {
        reader.push(stream.subarray(0, cut));
        stream = stream.subarray(cut);
      }
      reader.push(stream);
      t.deepEqual(frames.map(flat), sent.map(flat));
    }),
  );
});

test('any bytes make frames within the limits, or a protocol error', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (chunks) => {
      const { reader, frames } = collect();
      try {
        for (const chunk of chunks) reader.push(chunk);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
      for (const frame of frames) {
        if (frame.bytes.length > (LIMITS[frame.kind] ?? 0)) throw new Error('beyond its limit');
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('a frame beyond its limit is refused at its header', (t) => {
  for (const [kind, limit] of LIMITS.entries()) {
    collect().reader.push(encodeFrameHeader(kind as FrameKind, limit));
    t.throws(() => collect().reader.push(encodeFrameHeader(kind as FrameKind, limit + 1)), {
      instanceOf: ProtocolError,
      code: 'too-long',
    });
  }
});

test('kinds that the channel does not have are refused', (t) => {
  const reader = new FrameReader('test', [10, 0, 0], () => {});
  t.throws(() => reader.push(encodeFrameHeader(1, 1)), { code: 'unexpected' });
  const other = collect().reader;
  t.throws(() => other.push(Uint8Array.of(3)), { code: 'unexpected' });
});

test('a frame that comes in one chunk is not copied', (t) => {
  const { reader, frames } = collect();
  const chunk = Uint8Array.of(3 << 2, 7, 8, 9);
  reader.push(chunk);
  t.is(frames[0]?.bytes.buffer, chunk.buffer);
});

const flat = (frame: Frame): object => ({ kind: frame.kind, bytes: Array.from(frame.bytes) });
