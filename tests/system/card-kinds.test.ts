import { createHash, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import anyTest, { type TestFn } from 'ava';
import { PcscReader } from '../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../protocol/node/log.ts';
import { makeAuthority } from '../appliance/broker/cards/test-cards.ts';
import { PASSWORD } from '../appliance/sessd/rig.ts';
import { makeCacCard, makeCardKey, makePivCard } from '../helpers/card/make-card.ts';
import { CardHouse, hasButton, hasText, whyNoCardHouse } from '../helpers/card-house.ts';
import { eventually } from '../helpers/eventually.ts';
import type { House } from '../helpers/house.ts';

const test = anyTest as TestFn<{ cards: CardHouse }>;
const reason = whyNoCardHouse();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

test.before(async (t) => {
  if (reason === null) t.context.cards = await CardHouse.open('card-kinds');
});
test.afterEach.always(async (t) => {
  await t.context.cards?.end();
});
test.after.always(async (t) => {
  await t.context.cards?.[Symbol.asyncDispose]();
});

async function recorded(house: House, what: RegExp): Promise<void> {
  await eventually(async () => {
    const events = JSON.stringify(await house.wradm('audit', 'list'));
    if (!what.test(events)) throw new Error(events);
  });
}

live(
  'the number of a badge finds a session; alone it opens one only where nothing is asked',
  async (t) => {
    t.timeout(120_000);
    const { cards } = t.context;
    const badge = { kind: 'badge', uid: '04a1b2c3d4e5f6' } as const;
    const house = await cards.begin('policy.unlock = ["card-key", "pin", "password"]');
    await house.wradm('token', 'add', `badge:${badge.uid}`, house.users.add('n'));
    const hall = await cards.terminal('hall', 0);
    await hall.shows('insertCard');
    for (const time of ['first', 'again']) {
      await cards.bench.insert(badge, 0);
      await hall.shows('greeter');
      await hall.until('a field for the password', hasButton);
      await hall.settled();
      await cards.shot(hall, `badge-${time}`);
      hall.type(`${PASSWORD}\n`);
      await hall.shows('session');
      await hall.until('a window', hasText);
      await cards.bench.clear(0);
      await hall.shows('cardRemoved');
    }
    const [before] = await house.sessions();
    hall.end();

    await cards.configure('policy.unlock = ["nothing"]');
    const lab = await cards.terminal('lab', 1);
    await lab.shows('insertCard');
    await cards.bench.insert(badge, 1);
    await lab.shows('session');
    await lab.until('the window', hasText);
    t.false(lab.history.some(({ what }) => what === 'greeter'));
    t.deepEqual(
      (await house.sessions()).map(({ id }) => id),
      [before?.id],
    );
  },
);

live('with an authority, a card that it has not signed opens nothing', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const authority = await makeAuthority();
  const house = await cards.begin('');
  const file = house.file('ca.pem');
  writeFileSync(file, authority.pem);
  await cards.configure(`cards.ca-file = "${file}"\npolicy.unlock = ["pin", "password"]`);
  const key = () => makeCardKey('p256', 'ann', authority);
  const issued = await makePivCard({ keys: { '9a': await key(), '9e': await key() } });
  const foreign = await makePivCard();
  await cards.register(issued, house.users.add('i'));
  await cards.register(foreign, house.users.add('j'));
  const hall = await cards.terminal('hall', 0);
  await hall.shows('insertCard');
  await cards.bench.insert(issued, 0);
  await hall.shows('pin');
  hall.type('123456\n');
  await hall.shows('session');
  await cards.bench.insert(foreign, 0);
  await hall.shows('pin');
  hall.type('123456\n');
  // The PIN was right and the key the registered one.
  await hall.shows('greeter');
  await recorded(house, /of an authority that is not trusted/);
  t.is((await house.sessions()).length, 1);
});

live('a CAC card opens its session with its PIN', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const card = await makeCacCard();
  const { raw, publicKey } = new X509Certificate(Buffer.from(card.key.certificate, 'base64'));
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const key = `pinKey=${sha256(publicKey.export({ type: 'spki', format: 'der' }))}`;
  const house = await cards.begin('policy.unlock = ["pin"]');
  const token = `smartCard:${sha256(raw)}`;
  await house.wradm('token', 'add', token, house.users.add('c'), '--key', key);
  const hall = await cards.terminal('hall', 0);
  await hall.shows('insertCard');
  await cards.bench.insert(card, 0);
  await hall.shows('pin');
  hall.type('123456\n');
  await hall.shows('session');
  await cards.bench.remove(0);
  await hall.shows('cardRemoved');
  t.is((await house.sessions()).length, 1);
});

live('a badge in a second reader takes nothing from a card that is there', async (t) => {
  t.timeout(120_000);
  const { cards } = t.context;
  const card = await makePivCard();
  const badge = { kind: 'badge', uid: '04b1b2c3d4e5f6' } as const;
  const house = await cards.begin('policy.unlock = ["nothing"]');
  await cards.register(card, house.users.add('k'));
  await house.wradm('token', 'add', `badge:${badge.uid}`, house.users.add('l'));
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  const readers = [new PcscReader({ reader: null, log })];
  const hall = await house.terminal('hall', { readers });
  await hall.shows('insertCard');
  await cards.bench.insert(card, 0);
  await hall.shows('session');
  await hall.until('a window', hasText);
  const before = hall.history.length;
  await cards.bench.insert(badge, 1);
  await cards.bench.remove(0);
  await hall.shows('cardRemoved');
  t.deepEqual(
    hall.history.slice(before).filter(({ what }) => what === 'session'),
    [],
  );
  t.is((await house.sessions()).length, 1);
  await cards.bench.clear(1);
  await cards.bench.insert(badge, 1);
  await hall.shows('session');
  t.is((await house.sessions()).length, 2);
});
