import test from 'ava';
import { slope } from '../density/memory.ts';
import { mixOf } from '../density/mix.ts';

test('a mix has whole people in nearly the shares that are wanted', (t) => {
  const count = (scenes: readonly string[], name: string) =>
    scenes.filter((scene) => scene === name).length;
  for (const sessions of [1, 2, 4, 8, 16, 24, 33]) {
    const scenes = mixOf(sessions);
    t.is(scenes.length, sessions);
    t.true(scenes.includes('type'));
    if (sessions >= 4) t.true(Math.abs(count(scenes, 'still') - 0.6 * sessions) <= 1);
  }
  const many = mixOf(100);
  const counts = ['still', 'type', 'scroll', 'drag', 'video'].map((name) => count(many, name));
  t.deepEqual(counts, [60, 25, 6, 6, 3]);
});

test('growth per session does not see what serves them all', (t) => {
  t.true(Math.abs(slope([1, 4, 8].map((n) => [n, 100 + 30 * n] as const)) - 30) < 1e-9);
});
