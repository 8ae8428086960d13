import test from 'ava';
import fc from 'fast-check';
import { ProtocolError } from '../../protocol/errors.ts';
import { isStep, StepReader, StepWriter } from '../../protocol/frame-step.ts';
import { decodeFrameUnit, encodeFrameHead, viewOfUnit } from '../../protocol/frame-unit.ts';
import type { FrameUpdate } from '../../protocol/generated/display.ts';

const header = (fields: Partial<FrameUpdate> = {}): FrameUpdate => ({
  type: 'FrameUpdate',
  frame: 1,
  output: 0,
  key: false,
  payloadCompressed: false,
  lossy: false,
  payloadFine: false,
  inputSequence: 0,
  widthPx: 1920,
  heightPx: 1080,
  checksum: 0x89ab_cdef,
  regions: new Int32Array(0),
  view: 3,
  videos: [],
  ...fields,
});
const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const blink = (colour: number) => Int32Array.of(0, 700, 700, 8, 16, colour, 0);

function pair(first = header({ key: true })) {
  const writer = new StepWriter();
  const reader = new StepReader();
  writer.whole(first);
  reader.whole(first);
  return { writer, reader };
}

test('a cursor that blinks takes nine bytes, and is what was sent', (t) => {
  const { writer, reader } = pair();
  const bytes: string[] = [];
  for (let frame = 2; frame < 6; frame++) {
    const sent = header({ frame, regions: blink(frame % 2 ? 0 : 0xffffff) });
    t.true(writer.fits(sent));
    const unit = joined(writer.head(sent, true));
    bytes.push(hex(unit));
    t.deepEqual(reader.read(unit), { header: sent, payload: new Uint8Array(0), relaxed: true });
  }
  // Golden: what released peers read.
  t.deepEqual(bytes, [
    '0a0302efcdab8900f80af80a081002',
    '0a0303efcdab890801',
    '0a0304efcdab890802',
    '0a0305efcdab890801',
  ]);
});

test('every kind of region, input and payload come as they were sent', (t) => {
  const { writer, reader } = pair();
  const rows = [
    [0, 5, 6, 7, 8, 0x102030, 0],
    [1, 5, 6, 7, 8, 0, 9],
    [2, 32_767, 0, 1, 32_767, 0, 0],
    [3, 0, 0, 9, 9, 0, 0],
    [4, 0, 0, 9, 9, 0x102030, 0xfedcba],
    [6, 64, 64, 64, 64, 4095, 0],
    [7, 64, 64, 64, 64, 300, 0],
  ];
  const sent = header({
    frame: 2,
    payloadCompressed: true,
    inputSequence: 70_000,
    regions: Int32Array.from(rows.flat()),
  });
  const unit = joined(writer.head(sent, false), Uint8Array.of(9, 8, 7));
  t.true(isStep(unit));
  t.is(viewOfUnit(unit), 3);
  t.deepEqual(reader.read(unit), {
    header: sent,
    payload: Uint8Array.of(9, 8, 7),
    relaxed: false,
  });
});

test('a step without a payload says neither that there is one nor more than it may', (t) => {
  const refused = {
    'pixels without a payload': '0a0302efcdab890200000808',
    'flags that exclude each other': '0b0302efcdab89',
    'too many rows': `0a0302efcdab89000000080801${'0801'.repeat(32)}`,
  };
  for (const [message, bytes] of Object.entries(refused)) {
    const { reader } = pair();
    const unit = Uint8Array.from(Buffer.from(bytes, 'hex'));
    t.true(isStep(unit));
    const error = t.throws(() => reader.read(unit), { instanceOf: ProtocolError });
    t.regex(error.message, new RegExp(message));
  }
});

test('what a step cannot say does not fit', (t) => {
  const { writer } = pair(header({ key: true, inputSequence: 5 }));
  const next = { frame: 2, inputSequence: 5 };
  t.true(writer.fits(header(next)));
  const videoRow = Int32Array.of(5, 0, 0, 8, 8, 0, 0);
  const video = { stream: 0, codec: 0, key: true, colour: 0, x: 0, y: 0, time: 0 };
  const others: Partial<FrameUpdate>[] = [
    { ...next, frame: 3 },
    { ...next, key: true },
    { ...next, lossy: true },
    { ...next, output: 1 },
    { ...next, widthPx: 1280 },
    { ...next, inputSequence: 4 },
    { ...next, regions: new Int32Array(33 * 7) },
    { ...next, regions: videoRow },
    { ...next, videos: [{ ...video, widthPx: 2, heightPx: 2, bytes: 0 }] },
  ];
  for (const fields of others) t.false(writer.fits(header(fields)), JSON.stringify(fields));
});

test('a head of any FrameUpdate is not taken for a step', (t) => {
  const least = header({ widthPx: 0, heightPx: 0, checksum: 0, view: 0 });
  const unit = joined(...encodeFrameHead(least));
  t.false(isStep(unit));
  t.deepEqual(decodeFrameUnit(unit).header, least);
  t.is(viewOfUnit(unit), 0);
});

test('a step of a view that is over is dropped, one of an unknown view or output refused', (t) => {
  const { writer, reader } = pair();
  const unit = joined(writer.head(header({ frame: 2 }), false));
  reader.whole(header({ view: 4, key: true }));
  t.is(reader.read(unit), null);
  t.throws(() => new StepReader().read(unit), { instanceOf: ProtocolError });
  const elsewhere = pair();
  elsewhere.writer.whole(header({ output: 2, frame: 8, key: true }));
  const other = joined(elsewhere.writer.head(header({ output: 2, frame: 9 }), false));
  t.throws(() => elsewhere.reader.read(other), { instanceOf: ProtocolError });
});

test('after a step that cannot be read only a key frame helps', (t) => {
  const { writer, reader } = pair();
  const lost = header({ frame: 2, regions: blink(1) });
  writer.head(lost, false);
  const after = joined(writer.head(header({ frame: 3 }), false));
  t.throws(() => reader.read(after), { instanceOf: ProtocolError });
  t.is(reader.read(after), null);
  t.deepEqual(reader.broken, [0]);
  const key = header({ frame: 4, key: true });
  writer.whole(key);
  reader.whole(key);
  const again = header({ frame: 5, regions: blink(1) });
  t.deepEqual(reader.read(joined(writer.head(again, false)))?.header, again);
});

test('of several outputs only that whose step cannot be read waits for a key frame', (t) => {
  const { writer, reader } = pair();
  const other = header({ output: 1, key: true });
  writer.whole(other);
  reader.whole(other);
  writer.head(header({ frame: 2 }), false);
  const after = joined(writer.head(header({ frame: 3 }), false));
  t.throws(() => reader.read(after), { instanceOf: ProtocolError });
  t.deepEqual(reader.broken, [0]);
  const good = header({ output: 1, frame: 2, regions: blink(3) });
  t.deepEqual(reader.read(joined(writer.head(good, false)))?.header, good);
  reader.whole(header({ output: 1, frame: 3, key: true }));
  t.deepEqual(reader.broken, [0]);
  reader.whole(header({ frame: 4, key: true }));
  t.deepEqual(reader.broken, []);
});

for (const key of [false, true]) {
  for (const output of [0, 1]) {
    test(`a whole frame overtakes steps, key ${key}, output ${output}`, (t) => {
      const { writer, reader } = pair();
      const first = header({ output: 1, key: true });
      writer.whole(first);
      reader.whole(first);
      const steps = [2, 3].map((frame) =>
        header({ frame, inputSequence: 7 * frame, regions: blink(0x10 + frame) }),
      );
      const units = steps.map((step) => joined(writer.head(step, true)));
      const number = output === 0 ? 4 : 2;
      const whole = [0, 1].map((more) =>
        header({ output, frame: number + more, key: key && more === 0, inputSequence: 90 + more }),
      );
      for (const head of whole) {
        writer.whole(head);
        reader.whole(head);
      }
      const late = units.map((unit) => reader.read(unit)?.header);
      t.deepEqual(late, steps);
      const frame = number + 2;
      const next = header({ output, frame, inputSequence: 95, regions: blink(0x12) });
      t.deepEqual(reader.read(joined(writer.head(next, true)))?.header, next);
      t.deepEqual(reader.broken, []);
    });
  }
}

test('an output whose number does not fit has no steps', (t) => {
  for (const [output, fits] of [
    [0x7ff_ffff, true],
    [0x800_0000, false],
    [0x1000_0000, false],
  ] as const) {
    const { writer, reader } = pair(header({ output, key: true }));
    const next = header({ output, frame: 2, regions: blink(1) });
    t.is(writer.fits(next), fits, String(output));
    if (fits) t.deepEqual(reader.read(joined(writer.head(next, true)))?.header, next);
  }
});

test('numbers that no frame had are not waited for', (t) => {
  const { writer, reader } = pair();
  const key = header({ frame: 5, key: true });
  writer.whole(key);
  reader.whole(key);
  const next = header({ frame: 6, regions: blink(1) });
  t.deepEqual(reader.read(joined(writer.head(next, true)))?.header, next);
});

const px = fc.nat({ max: 32_767 });
const row = fc
  .tuple(fc.constantFrom(0, 1, 2, 3, 4, 6, 7), px, px, px, px, fc.nat(0xffffff), fc.nat(0xffffff))
  .map(([encoding, x, y, w, h, a, b]) => [
    ...[encoding, x, y, w, h],
    encoding === 2 || encoding === 3 ? 0 : a,
    encoding === 1 || encoding === 4 ? b : 0,
  ]);
const few = fc.constantFrom([0, 8, 8, 8, 8, 1, 0], [4, 8, 8, 8, 8, 1, 2], [0, 16, 8, 8, 8, 2, 0]);
const frames = fc.array(
  fc.record({
    output: fc.nat(1),
    whole: fc.boolean(),
    key: fc.boolean(),
    ahead: fc.nat(300),
    checksum: fc.nat(0xffff_ffff),
    rows: fc.array(fc.oneof(row, few, few), { maxLength: 32 }),
  }),
  { maxLength: 60 },
);

test('any sequence of frames comes as it was sent', (t) => {
  const all = fc.property(frames, (list) => {
    const { writer, reader } = pair();
    const next = new Map([[0, 2]]);
    let inputSequence = 0;
    for (const { output, whole, key, ahead, checksum, rows } of list) {
      const frame = next.get(output) ?? 1;
      inputSequence += ahead;
      const regions = Int32Array.from(rows.flat());
      const fields = { output, frame, inputSequence, checksum, regions };
      const step = header(fields);
      next.set(output, frame + 1);
      if (!whole && writer.fits(step)) {
        const got = reader.read(joined(writer.head(step, ahead === 0)));
        t.deepEqual(got, { header: step, payload: new Uint8Array(0), relaxed: ahead === 0 });
      } else {
        const head = header({ ...fields, key });
        writer.whole(head);
        reader.whole(head);
      }
    }
  });
  fc.assert(all, { numRuns: 100 });
});

test('a hostile step gives a ProtocolError or a frame within bounds, and nothing else', (t) => {
  const bytes = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 });
  const property = fc.property(bytes, (units) => {
    const { reader } = pair();
    for (const [index, unit] of units.entries()) {
      const hostile = joined(Uint8Array.of(index & 7, 3, index + 2), unit);
      try {
        const step = reader.read(hostile);
        t.true((step?.header.regions.length ?? 0) <= 32 * 7);
        for (const value of step?.header.regions ?? []) t.true(value >= 0 && value <= 0xffffff);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
  });
  fc.assert(property, { numRuns: 2000 });
});
