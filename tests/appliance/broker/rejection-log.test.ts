import test from 'ava';
import { RejectionLog } from '../../../appliance/broker/rejection-log.ts';

type Line = Readonly<Record<string, unknown>> & { message: string };

function start(): { log: RejectionLog; lines: Line[]; second: () => void } {
  const lines: Line[] = [];
  const due: (() => void)[] = [];
  const log = new RejectionLog({
    what: 'connection',
    write: (fields, message) => lines.push({ ...fields, message }),
    later: (callback) => due.push(callback),
  });
  return { log, lines, second: () => due.shift()?.() };
}

test('the first is told at once, the others of the second in one line', (t) => {
  const { log, lines, second } = start();
  for (let i = 0; i < 1000; i++)
    log.note(`10.0.0.${i % 10 ? 1 : 2}:${i}`, i % 2 ? 'odd' : ' even ');
  t.deepEqual(lines, [{ message: 'connection rejected', peer: '10.0.0.2:0', reason: 'even' }]);
  second();
  t.deepEqual(lines.slice(1), [
    {
      message: 'connections rejected',
      count: 999,
      addresses: 2,
      mostFrom: '10.0.0.1',
      reasons: { odd: 500, even: 499 },
    },
  ]);
});

test('a flood is one line a second, a quiet second begins anew', (t) => {
  const { log, lines, second } = start();
  for (let s = 0; s < 5; s++) {
    for (let i = 0; i < 100; i++) log.note('10.0.0.1:1', 'x');
    second();
  }
  t.is(lines.length, 6);
  second();
  log.note('10.0.0.1:1', 'again');
  t.like(lines.at(-1), { message: 'connection rejected', reason: 'again' });
  t.is(lines.length, 7);
});

test('what peers choose does not grow without bound', (t) => {
  const { log, lines, second } = start();
  for (let i = 0; i < 10_000; i++) log.note(`10.0.${i >> 8}.${i & 255}:1`, `reason ${i}`);
  second();
  const { reasons, addresses } = lines[1] as unknown as { reasons: object; addresses: number };
  t.is(Object.keys(reasons).length, 9);
  t.true(addresses <= 257);
});
