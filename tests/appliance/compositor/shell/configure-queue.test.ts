import test from 'ava';
import fc from 'fast-check';
import { ConfigureQueue } from '../../../../appliance/compositor/shell/configure-queue.ts';

test('an acknowledge consumes its configure and all before it', (t) => {
  const queue = new ConfigureQueue<string>();
  for (const serial of [5, 6, 9]) queue.push(serial, `c${serial}`);
  t.deepEqual(queue.ack(6), { serial: 6, config: 'c6' });
  t.is(queue.ack(5), null);
  t.is(queue.ack(6), null);
  t.is(queue.ack(7), null);
  t.deepEqual(queue.ack(9), { serial: 9, config: 'c9' });
  t.is(queue.newest, null);
});

test('a client that never answers costs a bounded amount and is not punished for a late answer', (t) => {
  const queue = new ConfigureQueue<number>();
  for (let serial = 1; serial <= 300; serial++) queue.push(serial, serial);
  t.is(queue.ack(10), 'stale');
  t.is(queue.ack(10), null);
  t.deepEqual(queue.ack(300), { serial: 300, config: 300 });
  t.is(queue.ack(11), null);
});

test('acknowledges in any order: each serial at most once, never backwards', (t) => {
  const serials = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 });
  fc.assert(
    fc.property(serials, (acks) => {
      const queue = new ConfigureQueue<number>();
      for (let serial = 1; serial <= 20; serial++) queue.push(serial, serial);
      let last = 0;
      for (const serial of acks) {
        const expected = serial > last ? { serial, config: serial } : null;
        t.deepEqual(queue.ack(serial), expected);
        last = Math.max(last, serial);
      }
    }),
    { numRuns: 50 },
  );
});
