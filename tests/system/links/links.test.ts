import test from 'ava';
import { DELAY_MS, type Stretch } from './scenario.ts';
import { quantile, stage } from './stage.ts';

/** What a person may wait longer for a letter than the link takes for there and back. */
const PATIENCE_MS = 2 * DELAY_MS + 150;
/** On a machine that does other things, some letters come later; without adaptation all take seconds. */
const BUSY_MS = 500;
/** Mostly a slice or two; without adaptation whole pictures, which take seconds. */
const QUEUE_MS = 150;
/** The slow link has 2. */
const USED_MBIT_PER_S = 3;

const words = ({ keysMs, queuesMs, mbitPerS }: Stretch): string =>
  `keys ${quantile(keysMs, 0.5).toFixed(0)} / ${quantile(keysMs, 0.85).toFixed(0)} ms of ${keysMs.length}, ` +
  `queue ${quantile(queuesMs, 0.5).toFixed(0)} ms, ${mbitPerS.toFixed(1)} Mbit/s`;

// Network namespaces and TUN devices are root's.
const asRoot = process.getuid?.() === 0 ? test.serial : test.serial.skip;

for (const [moving, lossPpm] of [
  ['text', 0],
  ['film', 0],
  ['text', 10_000],
] as const) {
  asRoot(`100, 2 and 100 Mbit/s under a ${moving}, ${lossPpm / 1e4} % loss`, async (t) => {
    t.timeout(120_000);
    const { fast, transition, slow, recovering, recovered } = await stage(moving, lossPpm);
    for (const stretch of [fast, transition, slow, recovering, recovered]) t.log(words(stretch));
    // A picture of a film is not divided, and what is lost keeps the rest waiting.
    if (moving === 'text' && lossPpm === 0)
      t.true(quantile(transition.queuesMs, 0.85) < QUEUE_MS, 'nor right after the link has shrunk');
    t.true(slow.keysMs.length > 10, 'letters on the slow link');
    t.true(quantile(slow.keysMs, 0.5) < PATIENCE_MS, 'a letter on the slow link');
    t.true(quantile(slow.keysMs, 0.85) < BUSY_MS, 'nearly every letter');
    t.true(quantile(slow.queuesMs, 0.5) < QUEUE_MS, 'no queue');
    t.true(slow.mbitPerS > 0.5, 'the slow link is used');
    t.true(recovered.mbitPerS > USED_MBIT_PER_S, 'the quick link is used again within a second');
    t.true(quantile(recovered.keysMs, 0.5) < PATIENCE_MS, 'a letter on the quick link again');
  });
}
