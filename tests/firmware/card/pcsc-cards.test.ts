import { randomBytes, verify, X509Certificate } from 'node:crypto';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import type { Proof, ProofError, ProofRequest } from '../../../firmware/card/card-reader.ts';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, READERS, whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { makeCardKey, makePivCard } from '../../helpers/card/make-card.ts';
import type { KeyAlgorithm } from '../../helpers/card/spec.ts';
import { ToldEvents } from '../../helpers/card/told.ts';

// Real pcscd, real driver of a virtual reader; the cards are ours.
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
  await t.context.bench?.clear(0);
  await t.context.bench?.clear(1);
});
test.after.always(async (t) => {
  await t.context.bench?.[Symbol.asyncDispose]();
});

function assertProof(t: ExecutionContext, proof: Proof, hash: string): void {
  const { publicKey } = new X509Certificate(proof.certificate);
  t.true(verify(hash, text, { key: publicKey, dsaEncoding: 'der' }, proof.signature));
}

const failure = async (t: ExecutionContext, proof: Promise<unknown>) =>
  (await t.throwsAsync(proof, { name: 'ProofError' })) as ProofError;

live(
  'a card is told of with its number, its keys and its answer to reset, and so is its removal',
  async (t) => {
    const { bench, told } = t.context;
    const card = await makePivCard();
    await bench.insert(card);
    const { insertion } = await told.next('reading');
    const { token } = await told.next('inserted');
    t.like(token, {
      insertion,
      reader: READERS[0],
      kind: 'smartCard',
      tokenId: card.guid,
      keys: { cardKey: true, pinKey: true },
    });
    t.is(Buffer.from(token.atr).toString('hex'), '3b800181');
    await bench.remove();
    t.is((await told.next('removed')).insertion, insertion);
  },
);

const algorithms: [KeyAlgorithm, string][] = [
  ['p256', 'sha256'],
  ['p384', 'sha384'],
  ['rsa2048', 'sha256'],
];
for (const [algorithm, hash] of algorithms) {
  live(`a card proves with ${algorithm}, with and without its PIN`, async (t) => {
    const { bench, told, reader } = t.context;
    await bench.insert(await makePivCard({ algorithm }));
    const { insertion } = (await told.next('inserted')).token;
    assertProof(t, await reader.prove({ insertion, key: 'cardKey', text }), hash);
    t.is(await reader.pinTriesLeft(insertion), 3);
    assertProof(
      t,
      await reader.prove({ insertion, key: 'pinKey', text, pin: pin('123456') }),
      hash,
    );
  });
}

live('what a PIN allowed is taken back', async (t) => {
  const { bench, told, reader } = t.context;
  await bench.insert(await makePivCard());
  const { insertion } = (await told.next('inserted')).token;
  await reader.prove({ insertion, key: 'pinKey', text, pin: pin('123456') });
  t.is(bench.commands.at(-1), '0020ff80');
});

live(
  'a wrong PIN costs a try, the last one blocks, one that is no PIN costs nothing',
  async (t) => {
    const { bench, told, reader } = t.context;
    await bench.insert(await makePivCard());
    const { insertion } = (await told.next('inserted')).token;
    const ask = (digits: string): ProofRequest => ({
      insertion,
      key: 'pinKey',
      text,
      pin: pin(digits),
    });
    t.like(await failure(t, reader.prove(ask('000000'))), { code: 'pinWrong', triesLeft: 2 });
    t.like(await failure(t, reader.prove(ask('123456789'))), { code: 'pinWrong', triesLeft: 2 });
    t.like(await failure(t, reader.prove(ask('111111'))), { code: 'pinWrong', triesLeft: 1 });
    t.is(await reader.pinTriesLeft(insertion), 1);
    t.like(await failure(t, reader.prove(ask('222222'))), { code: 'pinBlocked', triesLeft: 0 });
    t.like(await failure(t, reader.prove(ask('123456'))), { code: 'pinBlocked', triesLeft: 0 });
    t.is(await reader.pinTriesLeft(insertion), 0);
    // The card itself is as good as before.
    assertProof(t, await reader.prove({ insertion, key: 'cardKey', text }), 'sha256');
  },
);

live('a card without one of the keys says so', async (t) => {
  const { bench, told, reader } = t.context;
  await bench.insert(await makePivCard({ keys: { '9a': await makeCardKey('p256') } }));
  const { insertion, keys } = (await told.next('inserted')).token;
  t.deepEqual(keys, { cardKey: false, pinKey: true });
  t.like(await failure(t, reader.prove({ insertion, key: 'cardKey', text })), { code: 'noKey' });
});

live('proofs that are asked for at once are given one after the other', async (t) => {
  const { bench, told, reader } = t.context;
  await bench.insert(await makePivCard());
  const { insertion } = (await told.next('inserted')).token;
  const requests = Array.from({ length: 5 }, () =>
    reader.prove({ insertion, key: 'cardKey', text }),
  );
  for (const proof of await Promise.all(requests)) assertProof(t, proof, 'sha256');
});

live('a card that goes takes its proofs along', async (t) => {
  const { bench, told, reader } = t.context;
  await bench.insert({ ...(await makePivCard()), delayMs: 100 });
  const { insertion } = (await told.next('inserted')).token;
  const proof = failure(t, reader.prove({ insertion, key: 'cardKey', text }));
  await bench.remove();
  t.is((await proof).code, 'removed');
  await told.next('removed');
  t.is((await failure(t, reader.prove({ insertion, key: 'cardKey', text }))).code, 'removed');
  t.is((await failure(t, reader.pinTriesLeft(insertion))).code, 'removed');
});

live('a card without a GUID goes by the serial number of its chip', async (t) => {
  const { bench, told } = t.context;
  const cplc = `9f7f2a${'11223344'}${'00'.repeat(6)}a1a2${'b1b2b3b4'}${'c1c2'}${'00'.repeat(24)}`;
  await bench.insert(await makePivCard({ guid: '00'.repeat(16), cplc }));
  t.is((await told.next('inserted')).token.tokenId, '11223344a1a2b1b2b3b4c1c2');
  await bench.insert(await makePivCard({ guid: '00'.repeat(16) }));
  const { problem } = await told.next('problem');
  t.is(problem.problem, 'unsupported');
  t.regex(problem.detail, /number of its own/);
});

live('a badge goes by its UID; one that draws it anew each time is refused', async (t) => {
  const { bench, told, reader } = t.context;
  await bench.insert({ kind: 'badge', uid: '04a1b2c3d4e5f6' });
  const { token } = await told.next('inserted');
  t.like(token, {
    kind: 'badge',
    tokenId: '04a1b2c3d4e5f6',
    keys: { cardKey: false, pinKey: false },
  });
  const { insertion } = token;
  t.is((await failure(t, reader.prove({ insertion, key: 'cardKey', text }))).code, 'noKey');
  t.is(await reader.pinTriesLeft(insertion), null);
  await bench.insert({ kind: 'badge', uid: '08a1b2c3' });
  t.regex((await told.next('problem')).problem.detail, /random/);
});

live('a card of another kind is a problem that can be told', async (t) => {
  const { bench, told } = t.context;
  await bench.insert({ kind: 'unsupported' });
  const { problem } = await told.next('problem');
  t.is(problem.problem, 'unsupported');
  t.regex(problem.detail, /neither a PIV or CAC card nor a badge/);
  await bench.remove();
  t.is((await told.next('removed')).insertion, problem.insertion);
});

live('two readers are two places', async (t) => {
  const { bench, told, reader } = t.context;
  const [one, two] = [await makePivCard(), await makePivCard()];
  await bench.insert(one, 0);
  const first = (await told.next('inserted')).token;
  await bench.insert(two, 1);
  const second = (await told.next('inserted')).token;
  t.deepEqual([first.tokenId, second.tokenId], [one.guid, two.guid]);
  t.deepEqual([first.reader, second.reader], [...READERS]);
  await bench.remove(0);
  t.is((await told.next('removed')).insertion, first.insertion);
  const { insertion } = second;
  assertProof(t, await reader.prove({ insertion, key: 'cardKey', text }), 'sha256');
});

live('one reader can be chosen by a part of its name', async (t) => {
  const { bench } = t.context;
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  using chosen = new PcscReader({ reader: '00 01', log });
  const told = new ToldEvents(chosen);
  await bench.insert({ kind: 'badge', uid: '04a1b2c3d4e5f6' }, 0);
  await bench.insert({ kind: 'badge', uid: '04a1b2c3d4e5f7' }, 1);
  t.is((await told.next('inserted')).token.tokenId, '04a1b2c3d4e5f7');
  t.is(told.all.filter(({ type }) => type === 'inserted').length, 1);
});

live('a card that lay there already is told of as if it came now', async (t) => {
  const { bench } = t.context;
  await bench.insert({ kind: 'badge', uid: '04a1b2c3d4e5f6' });
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  using late = new PcscReader({ reader: null, log });
  t.is((await new ToldEvents(late).next('inserted')).token.tokenId, '04a1b2c3d4e5f6');
});

live(
  'a card swapped without the reader seeing it proves nothing in the name of the other',
  async (t) => {
    const { bench, told, reader } = t.context;
    await bench.insert(await makePivCard());
    const { insertion } = (await told.next('inserted')).token;
    await reader.prove({ insertion, key: 'cardKey', text });
    await bench.swapUnseen(await makePivCard());
    const error = await failure(t, reader.prove({ insertion, key: 'cardKey', text }));
    t.true(error.code === 'failed' || error.code === 'removed', error.code);
  },
);

live(
  'cards that come and go in a storm: each that is told of is told to leave, the last one stays',
  async (t) => {
    const { bench, told } = t.context;
    const cards = await Promise.all(Array.from({ length: 6 }, () => makePivCard()));
    for (const card of cards) {
      await bench.insert(card);
      await bench.remove();
    }
    const last = await makePivCard();
    await bench.insert(last);
    for (;;) if ((await told.next('inserted')).token.tokenId === last.guid) break;
    const open = new Set<number>();
    for (const one of told.all) {
      if (one.type === 'reading') t.is(open.add(one.insertion).size, 1, 'one card at a time');
      if (one.type === 'inserted') t.true(open.has(one.token.insertion));
      if (one.type === 'removed') t.true(open.delete(one.insertion));
    }
    t.is(open.size, 1);
    t.is(told.all.filter(({ type }) => type === 'problem').length, 0);
  },
);
