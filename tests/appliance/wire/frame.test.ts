import test from 'ava';
import fc from 'fast-check';
import { splitSecrets } from '../../../appliance/wire/channel.ts';
import { encodeFrame, FrameError, FrameReader } from '../../../appliance/wire/frame.ts';

test('frames survive any cut, and what was read is wiped', (t) => {
  const secret = () => new Uint8Array(Buffer.from('geheim'));
  const bytes = Buffer.concat([
    encodeFrame({ a: 1 }, [secret()]),
    encodeFrame({ b: 'ü' }),
    encodeFrame({ c: [] }, [secret(), secret()]),
  ]);
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = new Uint8Array(bytes.subarray(at, at + size));
      frames.push(...reader.read(chunk));
      if (chunk.some((byte) => byte !== 0)) return t.fail('a chunk was not wiped');
    }
    if (JSON.stringify(frames.map(({ head }) => head)) !== '[{"a":1},{"b":"ü"},{"c":[]}]')
      return t.fail(`cut by ${size}`);
    if (Buffer.from(frames[2]?.secrets ?? []).toString() !== 'geheimgeheim') return t.fail();
    if (reader.within) return t.fail('something is left');
  }
  t.pass();
});

test('any bytes: frames or FrameError, nothing else', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        for (const _ of new FrameReader().read(new Uint8Array(bytes)));
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test('answers and their lengths must agree', (t) => {
  const bytes = new Uint8Array([1, 2, 3]);
  t.deepEqual(splitSecrets([1, null, 2], bytes), [bytes.subarray(0, 1), null, bytes.subarray(1)]);
  t.throws(() => splitSecrets([1], bytes), { instanceOf: FrameError });
  t.throws(() => splitSecrets([4], bytes), { instanceOf: FrameError });
});
