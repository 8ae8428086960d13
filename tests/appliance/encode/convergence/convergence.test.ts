import test from 'ava';
import { converge } from './converge.ts';

for (let part = 0; part < 10; part++) {
  test(`whatever happens, the terminal ends with the session's picture: 1000 times, ${part}`, async (t) => {
    t.timeout(120_000);
    const { steps } = await converge({ runs: 1000, sidePx: 150, minSidePx: 1, acts: 14 });
    t.true(steps > 50, `${steps} steps`);
  });
}

test('also when worker threads encode', async (t) => {
  t.timeout(120_000);
  const measure = { sidePx: 260, minSidePx: 1, acts: 14 };
  await t.notThrowsAsync(converge({ ...measure, runs: 200, threads: true }));
});

test('also when films come and go', async (t) => {
  t.timeout(120_000);
  const { films } = await converge({ runs: 20, sidePx: 260, minSidePx: 170, acts: 8, video: true });
  t.true(films > 100, `${films} frames with video`);
});
