import test from 'ava';
import fc from 'fast-check';
import { CAC, readCacIdentity } from '../../../firmware/card/cac.ts';
import type { Ask } from '../../../firmware/card/card-applet.ts';
import { CardError } from '../../../firmware/card/card-error.ts';

const ok = { statusWord: 0x9000 };

/** Plays the two buffers, whatever they hold. */
const buffers =
  (tags: Uint8Array, values: Uint8Array): Ask =>
  async ({ p1, p2, data = new Uint8Array() }) => {
    const offset = (p1 << 8) | p2;
    const buffer = data[0] === 1 ? tags : values;
    return { ...ok, data: buffer.subarray(offset, offset + (data[1] ?? 0)) };
  };

const hostile: [string, string, string][] = [
  ['no buffers', '', ''],
  ['a length that is cut', '05', '05'],
  ['a length of 65535', 'ffff', 'ffff'],
  ['less than the length tells', '080070ff', '0100aa'],
  ['a tag without a length', '010070', '0100aa'],
  ['a long length that is cut', '030070ff01', '0100aa'],
  ['an object behind the end', '02007005', '0200aabb'],
];
for (const [title, tags, values] of hostile)
  test(`malformed: ${title}`, async (t) => {
    const ask = buffers(Buffer.from(tags, 'hex'), Buffer.from(values, 'hex'));
    await t.throwsAsync(readCacIdentity(ask), { instanceOf: CardError, code: 'malformed' });
  });

test('no certificate, or an empty one, is nothing to be found by', async (t) => {
  for (const [tags, values] of [
    ['02007101', '010000'],
    ['02007000', '0000'],
    ['0000', '0000'],
  ] as const) {
    const ask = buffers(Buffer.from(tags, 'hex'), Buffer.from(values, 'hex'));
    await t.throwsAsync(readCacIdentity(ask), { code: 'unsupported' });
  }
});

test('a card that gives one byte at a time is read to its end, one that gives none is not', async (t) => {
  const whole = buffers(Buffer.from('02007003', 'hex'), Buffer.from('0300aabbcc', 'hex'));
  let asked = 0;
  const miser: Ask = async (command) => {
    asked += 1;
    const answer = await whole(command);
    const isHead = command.p1 === 0 && command.p2 === 0;
    return { ...answer, data: answer.data.subarray(0, isHead ? 2 : 1) };
  };
  t.is((await readCacIdentity(miser)).id.length, 32);
  t.is(asked, 2 + 2 + 3);
  const nothing: Ask = async () => ({ ...ok, data: new Uint8Array() });
  await t.throwsAsync(readCacIdentity(nothing), { code: 'malformed' });
});

test('a wrong PIN at a card that counts no tries', async (t) => {
  const refuses: Ask = async () => ({ statusWord: 0x6985, data: new Uint8Array() });
  t.deepEqual(await CAC.verifyPin(refuses, Buffer.from('1234')), { right: false, triesLeft: null });
  const broken: Ask = async () => ({ statusWord: 0x6f00, data: new Uint8Array() });
  await t.throwsAsync(CAC.verifyPin(broken, Buffer.from('1234')), { code: 'refused' });
});

test('whatever a card answers, it is an identity or an error of the card', async (t) => {
  const answer = fc.record({
    statusWord: fc.constantFrom(0x9000, 0x9000, 0x9000, 0x6a82, 0x6982, 0x0000),
    data: fc.uint8Array({ maxLength: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), async (answers) => {
      let at = 0;
      const ask: Ask = async () => answers[at++ % answers.length] ?? { ...ok, data: Buffer.of() };
      await readCacIdentity(ask).catch((error: unknown) => {
        if (!(error instanceof CardError)) throw error;
      });
      t.true(at <= 2 + 2 * 4_352);
    }),
    { numRuns: 10_000 },
  );
});

test('whatever stands in the buffers, it is an identity or an error of the card', async (t) => {
  const content = fc.uint8Array({ maxLength: 300 });
  const withLength = content.map((bytes) =>
    Buffer.concat([Buffer.of(bytes.length & 0xff, bytes.length >> 8), bytes]),
  );
  await fc.assert(
    fc.asyncProperty(withLength, withLength, async (tags, values) => {
      await readCacIdentity(buffers(tags, values)).catch((error: unknown) => {
        if (!(error instanceof CardError)) throw error;
      });
      t.pass();
    }),
    { numRuns: 10_000 },
  );
});
