import test from 'ava';
import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, READERS } from '../../helpers/card/card-bench.ts';
import { makePivCard } from '../../helpers/card/make-card.ts';
import { keyHash, whyNoCardHouse } from '../../helpers/card-house.ts';
import { eventually } from '../../helpers/eventually.ts';
import type { RecordedTerminal } from '../../helpers/recording/recorded-terminal.ts';
import { LeakStage } from './leak-stage.ts';

const reason = whyNoCardHouse();
const live = reason === null ? test.serial : test.serial.skip;
if (reason !== null) test(`skipped: ${reason}`, (t) => t.pass());

const PIN = '123456\n';

async function typeWrong({ terminal }: RecordedTerminal, told: string): Promise<void> {
  await terminal.shows('pin');
  terminal.type('000000\n');
  await eventually(() => {
    const { showing } = terminal;
    if (showing.what !== 'page' || !showing.page.detail.includes(told))
      throw new Error(JSON.stringify(showing));
  });
}

live('with a card and its PIN nobody is sent a pixel of a session before the PIN', async (t) => {
  t.timeout(180_000);
  const bench = await CardBench.start();
  t.teardown(() => bench[Symbol.asyncDispose]());
  Object.assign(process.env, bench.env);
  const log = openLog({ level: 'silent', name: 'test', readable: false });
  const readers = READERS.map((reader) => [new PcscReader({ reader, log })]);
  const stage = await LeakStage.open(t, '[policy]\nunlock = ["pin"]\n', { readers });
  const { hall, lab, house } = stage;
  const card = await makePivCard();
  const key = ['--key', `pinKey=${keyHash(card, '9a')}`];
  await house.wradm('token', 'add', `smartCard:${card.guid}`, stage.users[0] ?? '', ...key);

  for (const [at, slot] of [
    [hall, 0],
    [lab, 1],
  ] as const) {
    await bench.insert(card, slot);
    await typeWrong(at, '2 tries are left. Type it again');
    await typeWrong(at, 'the last try. Type it again');
    let end = stage.allow(at);
    at.terminal.type(PIN);
    await stage.see(at, 'ann');
    await house.wradm('session', 'lock', await stage.sessionOf('ann'));
    await at.terminal.shows('pin');
    await end();
    await typeWrong(at, '2 tries are left. Type it again');
    end = stage.allow(at);
    at.terminal.type(PIN);
    await stage.see(at, 'ann');
    await bench.clear(slot);
    await at.terminal.shows('cardRemoved');
    await end();
    // Pulled while the PIN is typed.
    await bench.insert(card, slot);
    await at.terminal.shows('pin');
    at.terminal.type('1234');
    await bench.clear(slot);
    await at.terminal.shows('insertCard');
  }
  await stage.check(t);
});
