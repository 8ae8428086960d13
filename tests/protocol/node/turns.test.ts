import test from 'ava';
import { Turns } from '../../../protocol/node/turns.ts';

const PAUSE_MS = 5;

test('networks take turns, the newest of each first, with pauses', async (t) => {
  const turns = new Turns(PAUSE_MS);
  const order: string[] = [];
  const done = Promise.withResolvers<void>();
  const started = performance.now();
  const ask = (network: string, name: string): (() => void) =>
    turns.ask(network, () => {
      order.push(name);
      if (order.length === 6) done.resolve();
    });
  ask('a', 'a1');
  t.deepEqual(order, ['a1'], 'nobody before it');
  for (const name of ['a2', 'a3', 'a4', 'a5']) ask('a', name);
  const giveUp = ask('a', 'gone');
  ask('b', 'b1');
  giveUp();
  giveUp();
  await done.promise;
  t.deepEqual(order, ['a1', 'a5', 'b1', 'a4', 'a3', 'a2']);
  // Timers may be a millisecond early each.
  t.true(performance.now() - started >= 5 * (PAUSE_MS - 1));
});
