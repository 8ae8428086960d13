import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { ProofRequest } from '../../../firmware/card/card-reader.ts';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { makeCacCard, makeCardKey } from '../../helpers/card/make-card.ts';
import type { CacSpec, CardSpec } from '../../helpers/card/spec.ts';
import { ToldEvents } from '../../helpers/card/told.ts';

const test = anyTest as TestFn<{ bench: CardBench; reader: PcscReader; told: ToldEvents }>;
const reason = whyNoCardBench();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

const text = new Uint8Array(randomBytes(200));
const pin = (digits: string) => Buffer.from(digits, 'ascii');

test.before(async (t) => {
  if (reason !== null) return;
  t.context.bench = await CardBench.start();
  Object.assign(process.env, t.context.bench.env);
});
test.beforeEach((t) => {
  if (reason !== null) return;
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  t.context.reader = new PcscReader({ reader: null, log });
  t.context.told = new ToldEvents(t.context.reader);
});
test.afterEach.always(async (t) => {
  t.context.reader?.[Symbol.dispose]();
  await t.context.bench?.clear();
});
test.after.always(async (t) => {
  await t.context.bench?.[Symbol.asyncDispose]();
});

async function inserted(t: ExecutionContext, card: CardSpec) {
  const { bench, told } = t.context as { bench: CardBench; told: ToldEvents };
  await bench.insert(card);
  return (await told.next('inserted')).token;
}

const idOf = ({ key }: CacSpec) =>
  createHash('sha256').update(Buffer.from(key.certificate, 'base64')).digest('hex');

for (const packed of [false, true])
  live(`a CAC card is named by its certificate, packed: ${packed}`, async (t) => {
    const card = await makeCacCard({ packed });
    const token = await inserted(t, card);
    t.like(token, { kind: 'smartCard', tokenId: idOf(card) });
    t.deepEqual(token.keys, { cardKey: false, pinKey: true });
  });

live('its key signs after the PIN, and the PIN is wanted each time', async (t) => {
  const { bench, reader } = t.context;
  const card = await makeCacCard();
  const { insertion } = await inserted(t, card);
  const ask: ProofRequest = { insertion, key: 'pinKey', text };
  t.is(await reader.pinTriesLeft(insertion), 3);
  for (let times = 0; times < 2; times++) {
    const proof = await reader.prove({ ...ask, pin: pin('123456') });
    const { publicKey } = new X509Certificate(proof.certificate);
    t.true(verify('sha256', text, publicKey, proof.signature));
    // Nothing is left of what the PIN allowed: the card was reset.
    t.is(await reader.pinTriesLeft(insertion), 3);
  }
  t.is(bench.commands.filter((command) => command === '00200000').length, 2 + 3);
});

live('a wrong PIN counts, and blocks', async (t) => {
  const { reader } = t.context;
  const { insertion } = await inserted(t, await makeCacCard());
  const ask: ProofRequest = { insertion, key: 'pinKey', text, pin: pin('654321') };
  for (const triesLeft of [2, 1])
    await t.throwsAsync(reader.prove(ask), { code: 'pinWrong' }).then((error) => {
      t.like(error, { triesLeft });
    });
  await t.throwsAsync(reader.prove(ask), { code: 'pinBlocked' });
  t.is(await reader.pinTriesLeft(insertion), 0);
});

live('a certificate of another key than RSA names the card and proves nothing', async (t) => {
  const card = await makeCacCard({ key: await makeCardKey('p256') });
  const token = await inserted(t, card);
  t.is(token.tokenId, idOf(card));
  t.deepEqual(token.keys, { cardKey: false, pinKey: false });
  const { insertion } = token;
  const ask: ProofRequest = { insertion, key: 'pinKey', text, pin: pin('123456') };
  await t.throwsAsync(t.context.reader.prove(ask), { code: 'noKey' });
});

live('removed while it signs', async (t) => {
  const fault = { instruction: 0x42, kind: 'vanish', after: 1 } as const;
  const { insertion } = await inserted(t, { ...(await makeCacCard()), fault });
  const ask: ProofRequest = { insertion, key: 'pinKey', text, pin: pin('123456') };
  await t.throwsAsync(t.context.reader.prove(ask), { code: 'removed' });
  await t.context.told.next('removed');
});
