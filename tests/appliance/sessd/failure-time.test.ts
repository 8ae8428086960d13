import serialTest, { type TestFn } from 'ava';
import { holdBackMs } from '../../../appliance/sessd/login/failure-time.ts';
import { type Client, isRoot, PASSWORD, Rig, Users } from './rig.ts';
import { chanceOfDifference, generator, mean } from './statistics.ts';

const rootTest: TestFn['serial'] = isRoot
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = isRoot ? '' : ' (skipped: needs root)';
const ROUNDS = 12;

for (const [elapsedMs, random, toldAtMs] of [
  [0, 0, 2000],
  [5, 0, 2000],
  [1999, 0.5, 2250],
  [2000, 0, 2000],
  [2001, 0, 4000],
  [5000, 1, 6500],
] as const) {
  serialTest(`what took ${elapsedMs} ms is told at ${toldAtMs} ms`, (t) => {
    const heldMs = holdBackMs(elapsedMs, { floorMs: 2000, jitterMs: 500 }, random);
    t.is(elapsedMs + heldMs, toldAtMs);
  });
}

serialTest('10,000 simulated failures: unknown users and slow hashes look the same', (t) => {
  const random = generator(7);
  const toldAt = (elapsedMs: number) =>
    elapsedMs + holdBackMs(elapsedMs, { floorMs: 2000, jitterMs: 500 }, random());
  const unknown = Array.from({ length: 5000 }, () => toldAt(2 + random() * 4));
  const known = Array.from({ length: 5000 }, () => toldAt(85 + random() * 1700));
  t.true(Math.abs(mean(unknown) - mean(known)) < 15);
});

/** Times from the answer to the refusal of users that exist and others, in turn. */
async function failures(
  client: Client,
  user: string,
): Promise<{ known: number[]; unknown: number[] }> {
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
    for (const kind of order) {
      const id = `${kind}${round}`;
      client.request(id, kind === 'known' ? user : `wrt${process.pid}none`);
      await client.reply(id, `not ${PASSWORD}`);
      const startedMs = performance.now();
      await client.answer('authentication_failed', id);
      times[kind].push(performance.now() - startedMs);
    }
  }
  return times;
}

rootTest(`users that exist cannot be told from others by time${why}`, async (t) => {
  using users = new Users();
  const user = users.add('timed');
  await using rig = await new Rig({ times: { floorMs: 300, jitterMs: 60 } }).start();
  using client = await rig.client();
  const { known, unknown } = await failures(client, user);
  const chance = chanceOfDifference(known, unknown);
  t.log(
    `known ${mean(known).toFixed(1)} ms, unknown ${mean(unknown).toFixed(1)} ms, p ${chance.toFixed(3)}`,
  );
  t.true(chance > 0.001);
});

rootTest(`without the floor they can: the test would see it${why}`, async (t) => {
  using users = new Users();
  const user = users.add('bare');
  await using rig = await new Rig({ times: { floorMs: 0.001, jitterMs: 0 } }).start();
  using client = await rig.client();
  const { known, unknown } = await failures(client, user);
  const chance = chanceOfDifference(known, unknown);
  t.log(
    `known ${mean(known).toFixed(1)} ms, unknown ${mean(unknown).toFixed(1)} ms, p ${chance.toFixed(4)}`,
  );
  t.true(chance < 0.001);
});
