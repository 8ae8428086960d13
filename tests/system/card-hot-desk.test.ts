import { writeFileSync } from 'node:fs';
import test from 'ava';
import { PcscReader } from '../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../protocol/node/log.ts';
import { isRoot, reachesUsers } from '../appliance/sessd/rig.ts';
import { CardBench, whyNoCardBench } from '../helpers/card/card-bench.ts';
import { makePivCard } from '../helpers/card/make-card.ts';
import type { PivSpec } from '../helpers/card/spec.ts';
import { eventually } from '../helpers/eventually.ts';
import { House } from '../helpers/house.ts';

// A card, two terminals with a reader each, the whole server: everything but the plastic is real.
const reason = isRoot && reachesUsers ? whyNoCardBench() : 'users of their own need root';
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

const log = openLog({ level: 'silent', name: 'test', readable: false });
let bench: CardBench;
test.before(async () => {
  if (reason !== null) return;
  bench = await CardBench.start();
  Object.assign(process.env, bench.env);
});
test.after.always(() => bench?.[Symbol.asyncDispose]());
test.afterEach.always(async () => {
  await bench?.clear(0);
  await bench?.clear(1);
});

const readerOf = (slot: 0 | 1) => ({ readers: [new PcscReader({ reader: `00 0${slot}`, log })] });

async function register(house: House, card: PivSpec, user: string): Promise<void> {
  const files = (['9a', '9e'] as const).map((slot) => {
    const file = house.file(`${slot}.der`);
    writeFileSync(file, Buffer.from(card.keys[slot]?.certificate ?? '', 'base64'));
    return file;
  });
  const keys = ['--certificate', `pinKey=${files[0]}`, '--certificate', `cardKey=${files[1]}`];
  await house.wradm('token', 'add', `smartCard:${card.guid}`, user, ...keys);
}

live('a session follows a card that proves itself from one reader to another', async (t) => {
  t.timeout(120_000);
  const house = await House.open({ config: '[policy]\nunlock = ["card-key", "password"]\n' });
  t.teardown(() => house.close());
  const card = await makePivCard();
  await register(house, card, house.users.add('a'));
  const hall = await house.terminal('hall', readerOf(0));
  const lab = await house.terminal('lab', readerOf(1));
  await hall.shows('insertCard');
  await lab.shows('insertCard');

  await bench.insert(card, 0);
  await hall.shows('session');
  await bench.remove(0);
  await hall.shows('cardRemoved');
  await bench.insert(card, 1);
  await lab.shows('session');
  t.is(((await house.sessions()) as unknown[]).length, 1);

  // The same number, other keys: it locates, and that is all.
  await bench.clear(1);
  await lab.shows('cardRemoved');
  await bench.insert(await makePivCard({ guid: card.guid }), 0);
  await hall.shows('greeter');
});

live(
  'a card with a PIN: the terminal asks for it, a wrong one is told, the right one opens',
  async (t) => {
    t.timeout(120_000);
    const house = await House.open({ config: '[policy]\nunlock = ["pin", "password"]\n' });
    t.teardown(() => house.close());
    const card = await makePivCard();
    await register(house, card, house.users.add('b'));
    const hall = await house.terminal('hall', readerOf(0));
    await hall.shows('insertCard');
    await bench.insert(card, 0);
    await hall.shows('pin');
    hall.type('000000');
    hall.press('Enter');
    await eventually(() => {
      if (!/2 tries/.test(JSON.stringify(hall.showing))) throw new Error('not told');
    });
    // The page that tells and the one that asks look alike; only that one has something to say about an empty PIN.
    await eventually(() => {
      hall.press('Enter');
      if (!/at least/.test(JSON.stringify(hall.showing))) throw new Error('not asked again');
    });
    hall.type('123456');
    hall.press('Enter');
    await hall.shows('session');
    t.true(bench.commands.includes('00200080'));
  },
);
