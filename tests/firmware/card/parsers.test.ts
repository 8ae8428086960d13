import test from 'ava';
import fc from 'fast-check';
import type { Ask } from '../../../firmware/card/card-applet.ts';
import { CardError } from '../../../firmware/card/card-error.ts';
import { cardKeyOf } from '../../../firmware/card/card-key.ts';
import { type Command, demandOk, exchange, OK } from '../../../firmware/card/exchange.ts';
import { identify } from '../../../firmware/card/identify.ts';
import { PIV } from '../../../firmware/card/piv.ts';
import { findTlv, makeTlv, readTlvs } from '../../../firmware/card/tlv.ts';

const limits = { commandMs: 1_000, signMs: 1_000 };
const command: Command = { ins: 0xcb, p1: 0x3f, p2: 0xff };
const hex = (text: string) => Buffer.from(text, 'hex');

test('objects are read in all forms of length and tag', (t) => {
  const long = Buffer.alloc(300, 7);
  const bytes = Buffer.concat([
    hex('4f0102'),
    hex('7f610103'),
    makeTlv(0x70, long),
    hex('71810105'),
  ]);
  t.deepEqual(
    readTlvs(bytes).map(({ tag, value }) => [tag, value.length]),
    [
      [0x4f, 1],
      [0x7f61, 1],
      [0x70, 300],
      [0x71, 1],
    ],
  );
  t.deepEqual(Buffer.from(findTlv(bytes, 0x70) ?? []), long);
  t.is(findTlv(bytes, 0x99), undefined);
});

for (const broken of [
  '5302aa',
  '53',
  '5382ffff00',
  '5380aabb',
  '5384ffffffff',
  '7fff3000',
  '538200',
]) {
  test(`refused: ${broken}`, (t) => {
    t.throws(() => readTlvs(hex(broken)), { instanceOf: CardError, code: 'malformed' });
  });
}

test('of a beginning alone, the last object may be cut', (t) => {
  const cut = { cut: true };
  t.deepEqual(Buffer.from(findTlv(hex('538203e8aabb'), 0x53, cut) ?? []), hex('aabb'));
  t.deepEqual(readTlvs(hex('53'), cut), []);
});

test('objects come back as they were made', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_000 }), (value) => {
      t.deepEqual(Buffer.from(findTlv(makeTlv(0x53, value), 0x53) ?? []), Buffer.from(value));
    }),
  );
});

test('whatever bytes come, they are objects or malformed', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, cut) => {
      try {
        for (const { value } of readTlvs(bytes, { cut })) t.true(value.length <= bytes.length);
      } catch (error) {
        if (!(error instanceof CardError && error.code === 'malformed')) throw error;
      }
    }),
    { numRuns: 10_000 },
  );
  t.pass();
});

/** Plays a card that gives these answers one after the other, and the last for ever. */
function scripted(answers: readonly string[]) {
  const sent: string[] = [];
  const transmit = async (apdu: Uint8Array) => {
    sent.push(Buffer.from(apdu).toString('hex'));
    return hex(answers[Math.min(sent.length, answers.length) - 1] ?? '');
  };
  return { sent, transmit };
}

test('an answer in pieces is put together', async (t) => {
  const { sent, transmit } = scripted(['01026103', '0304056101', '069000']);
  const answer = await exchange(transmit, command, limits);
  t.deepEqual(Buffer.from(answer.data), hex('010203040506'));
  t.deepEqual(sent, ['00cb3fff00', '00c0000003', '00c0000001']);
});

test('a card that wants to be asked for an exact number is', async (t) => {
  const { sent, transmit } = scripted(['6c05', '01020304059000']);
  t.is((await exchange(transmit, command, limits)).data.length, 5);
  t.deepEqual(sent, ['00cb3fff00', '00cb3fff05']);
});

test('long data go out in a chain, and an error ends it', async (t) => {
  const good = scripted(['9000', '9000']);
  await exchange(good.transmit, { ...command, data: new Uint8Array(266) }, limits);
  t.deepEqual(
    good.sent.map((apdu) => apdu.slice(0, 10)),
    ['10cb3fffff', '00cb3fff0b'],
  );
  const bad = scripted(['6884']);
  t.is(
    (await exchange(bad.transmit, { ...command, data: new Uint8Array(600) }, limits)).statusWord,
    0x6884,
  );
  t.is(bad.sent.length, 1);
});

test('a command is wiped once it is sent', async (t) => {
  let kept = new Uint8Array();
  const transmit = async (apdu: Uint8Array) => {
    kept = apdu as Uint8Array<ArrayBuffer>;
    return hex('9000');
  };
  t.true(
    (await PIV.verifyPin((it) => exchange(transmit, it, limits), Buffer.from('123456'))).right,
  );
  t.is(kept.length, 13);
  t.true(kept.every((byte) => byte === 0));
});

const endless: [string, string][] = [
  ['pieces for ever', `${'53'.repeat(255)}61ff`],
  ['empty pieces for ever', '61ff'],
];
for (const [title, answer] of endless) {
  test(`ended: ${title}`, async (t) => {
    const { sent, transmit } = scripted([answer]);
    await t.throwsAsync(exchange(transmit, command, limits), { code: 'malformed' });
    t.true(sent.length <= 41);
  });
}

test('a card that answers slowly piece by piece runs out of time as a whole', async (t) => {
  const transmit = () =>
    new Promise<Uint8Array>((done) => setTimeout(() => done(hex('aa61ff')), 20));
  const short = { commandMs: 100, signMs: 100 };
  await t.throwsAsync(exchange(transmit, command, short), { code: 'mute' });
});

test('no answer means gone, half an answer malformed, an error refused', async (t) => {
  await t.throwsAsync(exchange(scripted(['']).transmit, command, limits), { code: 'gone' });
  await t.throwsAsync(exchange(scripted(['90']).transmit, command, limits), { code: 'malformed' });
  t.throws(() => demandOk({ data: hex(''), statusWord: 0x6982 }, 'sign'), {
    code: 'refused',
    message: /6982/,
  });
});

test('tries of a PIN', async (t) => {
  const ask =
    (status: string): Ask =>
    (it) =>
      exchange(scripted([status]).transmit, it, limits);
  const pin = Buffer.from('123456');
  t.deepEqual(await PIV.verifyPin(ask('63c2'), pin), { right: false, triesLeft: 2 });
  t.deepEqual(await PIV.verifyPin(ask('6983'), pin), { right: false, triesLeft: 0 });
  t.deepEqual(await PIV.verifyPin(ask('6300'), pin), { right: false, triesLeft: null });
  await t.throwsAsync(PIV.verifyPin(ask('6d00'), pin), { code: 'refused' });
  t.is(await PIV.readPinTries(ask('63cf')), 15);
  t.is(await PIV.readPinTries(ask('9000')), null);
  t.is(await PIV.readPinTries(ask('6d00')), null);
});

test('a card of any answers is told of, or refused as what it is', async (t) => {
  const answer = fc.oneof(
    fc.uint8Array({ maxLength: 262 }),
    fc.uint8Array({ maxLength: 250 }).map((data) => Uint8Array.from([...data, OK >> 8, OK & 0xff])),
    fc
      .uint8Array({ maxLength: 200 })
      .map((data) => Uint8Array.from([...makeTlv(0x53, data), 0x90, 0x00])),
    fc
      .uint8Array({ maxLength: 200 })
      .map((data) => Uint8Array.from([...makeTlv(0x61, data), 0x90, 0x00])),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), async (answers) => {
      let calls = 0;
      const transmit = async () => answers[calls++ % answers.length] as Uint8Array;
      const ask: Ask = (it) => exchange(transmit, it, limits);
      for (const read of [() => identify(ask), () => PIV.readKey(ask, 'cardKey')]) {
        try {
          await read();
        } catch (error) {
          if (!(error instanceof CardError)) throw error;
        }
      }
      t.true(calls < 400);
    }),
    { numRuns: 10_000 },
  );
});

test('certificates of any bytes are refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      t.throws(() => cardKeyOf(bytes), { instanceOf: CardError, code: 'unsupported' });
    }),
  );
});
