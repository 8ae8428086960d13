import test, { type ExecutionContext } from 'ava';
import { isRoot, reachesUsers } from '../../appliance/sessd/rig.ts';
import { whyNoCardBench } from '../../helpers/card/card-bench.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { Processes } from '../host/processes.ts';
import { Desks } from '../hot-desk/desks.ts';
import type { BrokerRecord } from '../hot-desk/messages.ts';
import { type Move, STEPS, type Way, wayOf } from '../hot-desk/way.ts';

// That the cell measures what it says; how long it takes is the bench's business.
const live = isRoot && reachesUsers ? test.serial : test.serial.skip;
const withCard = isRoot && whyNoCardBench() === null ? live : test.serial.skip;

/** Two programs may note the same moment in either order. */
const SLACK_MS = 1;

async function move(token: 'software' | 'card', count: number): Promise<Way[]> {
  await using owners = new AsyncDisposableStack();
  const folder = owners.use(scratchFolder());
  const processes = owners.use(new Processes());
  const options = { processes, token, directory: folder.path, listen: '127.0.0.1:0', exec: 'foot' };
  const desks = await Desks.open({ ...options, width: 800, height: 600 }, owners);
  return await desks.move(count);
}

function check(t: ExecutionContext, ways: readonly Way[]): void {
  for (const way of ways) {
    for (const step of STEPS) t.true(way[step] > -SLACK_MS, `${step}: ${way[step]}`);
    const sum = STEPS.reduce((all, step) => all + way[step], 0);
    t.true(Math.abs(sum - way.total) < 0.01, 'the steps are the whole way');
    t.true(way.total > 0 && way.bytes > 0);
    t.true(way.dark > -SLACK_MS, `dark: ${way.dark}`);
  }
}

live('ten moves of a software token are ten whole ways', async (t) => {
  t.timeout(90_000);
  const ways = await move('software', 10);
  t.is(ways.length, 10);
  check(t, ways);
});

withCard('moves of a card in a virtual reader are whole ways', async (t) => {
  t.timeout(90_000);
  const ways = await move('card', 3);
  t.is(ways.length, 3);
  check(t, ways);
});

const MOVE: Move = {
  ...{ eventUs: 1000, insertedUs: 1500, askedUs: 4000, answeredUs: 4500, darkUs: 6500 },
  frame: {
    ...{ told: 'frame', key: true, bytes: 9, exact: true },
    ...{ receivedUs: 9000, presentedUs: 9500, verifiedUs: 9900 },
  },
};
const BROKER: BrokerRecord = { atUs: 2000, ms: { asked: 1, answered: 3, proved: 3.5, granted: 4 } };
const SESSION = { atUs: 7000, bytes: 9, ms: { arranged: 0.25, opened: 0.5, encoded: 1.5 } };

test('steps follow one another and add up', (t) => {
  const way = wayOf(MOVE, [{ ...BROKER, atUs: 10 }, BROKER], [SESSION]);
  t.like(way, { read: 0.5, told: 0.5, lookedUp: 1, challenge: 1, sign: 0.5, proof: 0.5 });
  t.like(way, { granted: 1, joined: 1, arranged: 0.25, opened: 0.25, encoded: 1, sent: 0.5 });
  t.like(way, { presented: 0.5, verified: 0.4, total: 8.9, dark: 1, bytes: 9 });
});

test('records that do not fit are no figures', (t) => {
  t.throws(() => wayOf(MOVE, [], [SESSION]), { message: /0 records/ });
  t.throws(() => wayOf(MOVE, [BROKER, BROKER], [SESSION]), { message: /2 records/ });
  const without = { ...BROKER, ms: { asked: 1, answered: 3, proved: 3.5 } };
  t.throws(() => wayOf(MOVE, [without], [SESSION]), { message: /granted/ });
});
