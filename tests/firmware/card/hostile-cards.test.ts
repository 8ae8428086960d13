import { readdirSync } from 'node:fs';
import anyTest, { type TestFn } from 'ava';
import type { ProofError } from '../../../firmware/card/card-reader.ts';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { makeCacCard, makeCardKey, makePivCard } from '../../helpers/card/make-card.ts';
import type { CardFault } from '../../helpers/card/spec.ts';
import { ToldEvents } from '../../helpers/card/told.ts';
import { eventually } from '../../helpers/eventually.ts';

// Every way in which a card can be broken ends in an answer of its kind within its time, and the next card works.
const test = anyTest as TestFn<{ bench: CardBench; reader: PcscReader; told: ToldEvents }>;
const reason = whyNoCardBench();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

const limits = {
  ...{ openMs: 1_500, commandMs: 700, signMs: 1_200, readMs: 2_500, goneMs: 600 },
  proveMs: 2_000,
};
const text = new Uint8Array(100);
const SELECT = 0xa4;
const READ_BUFFER = 0x52;
const GET_DATA = 0xcb;
const AUTHENTICATE = 0x87;
const VERIFY = 0x20;

test.before(async (t) => {
  if (reason !== null) return;
  t.context.bench = await CardBench.start();
  Object.assign(process.env, t.context.bench.env);
});
test.beforeEach((t) => {
  if (reason !== null) return;
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  t.context.reader = new PcscReader({ reader: null, log, limits });
  t.context.told = new ToldEvents(t.context.reader);
});
test.afterEach.always(async (t) => {
  t.context.reader?.[Symbol.dispose]();
  await t.context.bench?.clear(0);
});
test.after.always(async (t) => {
  await t.context.bench?.[Symbol.asyncDispose]();
});

const kinds: [CardFault['kind'], RegExp][] = [
  ['mute', /^mute$/],
  ['vanish', /^(removed)$/],
  ['short', /^unsupported$/],
  ['huge', /^(unsupported|mute|readerLost)$/],
  ['endless', /^unsupported$/],
  ['garbage', /^unsupported$/],
  ['longTlv', /^unsupported$/],
  ['empty', /^unsupported$/],
];
for (const [kind, expected] of kinds) {
  for (const instruction of [SELECT, GET_DATA]) {
    live(`while it is read: ${kind} at ${instruction.toString(16)}`, async (t) => {
      const { bench, told } = t.context;
      await bench.insert({ ...(await makePivCard()), fault: { instruction, kind } });
      const { atUs } = await told.next('reading');
      const outcome = await told.next('problem', 'removed');
      const what = outcome.type === 'problem' ? outcome.problem.problem : outcome.type;
      t.regex(what, expected);
      t.true(outcome.atUs - atUs < 3_500_000, `took ${outcome.atUs - atUs} µs`);
      t.is(told.all.filter(({ type }) => type === 'inserted').length, 0);
      await bench.remove();
      if (outcome.type === 'problem') await told.next('removed');
      const good = await makePivCard();
      await bench.insert(good);
      t.is((await told.next('inserted')).token.tokenId, good.guid);
    });
  }
}

for (const [kind, expected] of kinds) {
  live(`while a CAC card's certificate is read: ${kind}`, async (t) => {
    const { bench, told } = t.context;
    const fault = { instruction: READ_BUFFER, kind, after: 3 };
    await bench.insert({ ...(await makeCacCard()), fault });
    const { atUs } = await told.next('reading');
    const outcome = await told.next('problem', 'removed');
    const what = outcome.type === 'problem' ? outcome.problem.problem : outcome.type;
    t.regex(what, expected);
    t.true(outcome.atUs - atUs < 3_500_000, `took ${outcome.atUs - atUs} µs`);
    await bench.remove();
  });
}

for (const [kind] of kinds) {
  live(`while it signs: ${kind}`, async (t) => {
    const { bench, told, reader } = t.context;
    await bench.insert({ ...(await makePivCard()), fault: { instruction: AUTHENTICATE, kind } });
    const { insertion } = (await told.next('inserted')).token;
    const beganMs = performance.now();
    const error = (await t.throwsAsync(reader.prove({ insertion, key: 'cardKey', text }), {
      name: 'ProofError',
    })) as ProofError;
    t.true(error.code === 'failed' || error.code === 'removed', error.code);
    t.true(performance.now() - beganMs < 3_000);
    await bench.remove();
    await told.next('removed');
  });
}

live(
  'a proof has its time: a card that is slow at each command does not keep the next one',
  async (t) => {
    const { bench } = t.context;
    const log = openLog({ level: 'silent', name: 'test', readable: false });
    t.context.reader[Symbol.dispose]();
    // Each command is well within its own time.
    const slow = { ...limits, commandMs: 2_000, signMs: 2_000, readMs: 20_000, proveMs: 700 };
    const reader = new PcscReader({ reader: null, log, limits: slow });
    t.context.reader = reader;
    const events = new ToldEvents(reader);
    await bench.insert({ ...(await makePivCard()), delayMs: 300 });
    const { insertion } = (await events.next('inserted')).token;
    const prove = async () => {
      const beganMs = performance.now();
      const pin = Buffer.from('123456');
      const error = await t.throwsAsync(reader.prove({ insertion, key: 'pinKey', text, pin }));
      t.is((error as ProofError).code, 'failed');
      t.regex(error?.message ?? '', /takes too long|timed? ?out/i);
      return performance.now() - beganMs;
    };
    const [first, second] = [prove(), prove()];
    const firstMs = await first;
    t.true(firstMs < 6_000, `${firstMs} ms`);
    const secondMs = await second;
    t.true(secondMs < 9_000, `${secondMs} ms`);
  },
);

live('while the PIN is checked: mute; the PIN is not tried again', async (t) => {
  const { bench, told, reader } = t.context;
  const fault: CardFault = { instruction: VERIFY, kind: 'mute' };
  await bench.insert({ ...(await makePivCard()), fault });
  const { insertion } = (await told.next('inserted')).token;
  const before = bench.commands.length;
  const pin = Buffer.from('123456');
  const error = await t.throwsAsync(reader.prove({ insertion, key: 'pinKey', text, pin }));
  t.is((error as ProofError).code, 'failed');
  t.is(bench.commands.slice(before).filter((header) => header === '00200080').length, 1);
});

live('certificates that are none, too long or of another key give no proof', async (t) => {
  const { bench, told, reader } = t.context;
  const [mine, other] = [await makeCardKey('p256'), await makeCardKey('p256')];
  const wrapped = (bytes: Buffer) =>
    Buffer.concat([Buffer.of(0x70, 0x82, bytes.length >> 8, bytes.length & 255), bytes]);
  const containers = [
    wrapped(Buffer.alloc(600, 0x30)),
    wrapped(Buffer.alloc(4_200, 0x30)),
    Buffer.concat([wrapped(Buffer.alloc(300, 1)), Buffer.of(0x71, 1, 1)]),
    wrapped(Buffer.from(other.certificate, 'base64')),
  ];
  for (const container of containers) {
    const card = await makePivCard({
      keys: { '9e': mine },
      containers: { '9e': container.toString('base64') },
    });
    await bench.insert(card);
    const { insertion } = (await told.next('inserted')).token;
    const error = await t.throwsAsync(reader.prove({ insertion, key: 'cardKey', text }));
    t.regex((error as ProofError).code, /^(noKey|failed)$/);
  }
});

live('answers to reset of any bytes are told as they are, or the card is mute', async (t) => {
  const { bench, told } = t.context;
  for (const atr of ['00', 'ff'.repeat(33), '3b', '3bff'.repeat(16)]) {
    const seen = told.all.length;
    await bench.insert({ kind: 'badge', uid: '04a1b2c3d4e5f6', atr });
    await eventually(() => {
      const types = told.all.slice(seen).map(({ type }) => type);
      if (!types.includes('inserted') && !types.includes('problem'))
        throw new Error(`only ${types}`);
    });
    await bench.remove();
    await told.next('removed');
  }
  t.pass();
});

live('nothing is left of cards that are gone, mute ones included', async (t) => {
  const { bench, told } = t.context;
  const count = () => ({
    threads: readdirSync('/proc/self/task').length,
    files: readdirSync('/proc/self/fd').length,
  });
  const fault: CardFault = { instruction: GET_DATA, kind: 'mute' };
  const cycle = async () => {
    await bench.insert({ ...(await makePivCard()), fault });
    await told.next('problem');
    await bench.remove();
    await told.next('removed');
  };
  await cycle();
  await eventually(() => undefined);
  const before = count();
  for (let i = 0; i < 4; i++) await cycle();
  await eventually(() => {
    const now = count();
    if (now.threads > before.threads || now.files > before.files)
      throw new Error(`${JSON.stringify(before)} -> ${JSON.stringify(now)}`);
  });
  t.pass();
});
