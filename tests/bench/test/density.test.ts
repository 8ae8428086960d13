import test from 'ava';
import { stopReason } from '../density/limits.ts';
import type { LoadSample } from '../density/load.ts';
import { slope } from '../density/memory.ts';
import { mixOf } from '../density/mix.ts';

const count = (scenes: readonly string[], name: string) =>
  scenes.filter((scene) => scene === name).length;
const names = ['still', 'type', 'scroll', 'drag', 'video'];
const countAll = (scenes: readonly string[]) => names.map((name) => count(scenes, name));

test('a mix has nearly the shares that are wanted, in whole people and stretches of time', (t) => {
  for (const sessions of [1, 2, 3, 4, 8, 16, 24, 33])
    for (const stretches of [1, 4, 7]) {
      const people = mixOf(sessions, stretches);
      t.deepEqual(
        people.map((list) => list.length),
        new Array(sessions).fill(stretches),
      );
      t.true(people.flat().includes('type'));
      const looks = count(people.flat(), 'still');
      t.true(Math.abs(looks - 0.6 * sessions * stretches) <= 1.5, `${sessions} ${stretches}`);
    }
  t.deepEqual(countAll(mixOf(25, 4).flat()), [60, 25, 6, 6, 3]);
});

test('eight people have films, drags and scrolls, spread over time and people, and somebody always types', (t) => {
  const people = mixOf(8, 4);
  t.deepEqual(countAll(people.flat()), [19, 8, 2, 2, 1]);
  for (let stretch = 0; stretch < 4; stretch++) {
    const now = people.map((list) => list[stretch] ?? '');
    t.is(count(now, 'type'), 2);
    t.true(count(now, 'still') >= 4);
  }
  const busy = people.map((list) => list.filter((scene) => scene !== 'still').length);
  t.true(Math.max(...busy) <= 3);
});

test('more people are not tried where keys are slow or lost, or the machine is full', (t) => {
  const good: LoadSample = {
    ...{ sessions: 8, coreShare: 1, keys: 100, lostKeys: 0, keyP50Ms: 5, keyP95Ms: 20 },
    ...{ serverBusy: 0.4, othersBusy: 0.5, shown: {}, startSeconds: 1, keysMs: [] },
  };
  const reason = (change: Partial<LoadSample>, availableMib = 20_000) =>
    stopReason({ ...good, ...change }, 16, 1000, availableMib);
  t.is(reason({}), undefined);
  t.regex(reason({ keyP95Ms: 101 }) ?? '', /^keys are slow$/);
  t.regex(reason({ keyP95Ms: 101, othersBusy: 0.97 }) ?? '', /may not be the server/);
  t.regex(reason({ keyP95Ms: Number.POSITIVE_INFINITY, lostKeys: 3 }) ?? '', /^3 of 100 keys/);
  t.regex(reason({ othersBusy: 0.96 }) ?? '', /machine's limit: .* 96 %/);
  t.regex(reason({}, 3000) ?? '', /memory: 16 want 4048 MiB of 3000/);
});

test('growth per session does not see what serves them all', (t) => {
  t.true(Math.abs(slope([1, 4, 8].map((n) => [n, 100 + 30 * n] as const)) - 30) < 1e-9);
});
