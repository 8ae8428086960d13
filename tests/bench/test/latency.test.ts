import test from 'ava';
import { frameLatenciesMs, keyLatenciesMs } from '../cells/latency.ts';
import { stepLatenciesMs } from '../cells/move.ts';
import { splitFrameNumber } from '../host/frame-number.ts';
import type { Observation } from '../host/observer.ts';
import { type Commit, parseCommits } from '../host/workload.ts';

const ms = 1e6;
const commit = (frame: number, timeMs: number, keysSeen: number): Commit => ({
  frame,
  timeNs: timeMs * ms,
  keysSeen,
  ticksMissed: 0,
});
const shown = (frame: number, timeMs: number, tag = 1) => ({ tag, frame, timeNs: timeMs * ms });

test('a barcode holds a tag and a frame', (t) => {
  t.deepEqual(splitFrameNumber(0x5a1234), { tag: 0x5a, frame: 0x1234 });
});

test('the log of the workload is read, a broken line refused', (t) => {
  t.deepEqual(parseCommits('1 5000000 0 0\n2 7000000 1 0\n'), [commit(1, 5, 0), commit(2, 7, 1)]);
  t.throws(() => parseCommits('1 5000000\n'), { message: /log line/ });
});

const typed = (keyTimesNs: readonly number[], frames: Observation['frames']): Observation => ({
  ...{ keyTimesNs, frames, steps: [], places: [] },
});

test('a key counts until the first picture that shows it', (t) => {
  const observation = typed([100 * ms, 200 * ms], [shown(1, 10), shown(2, 104), shown(3, 207)]);
  const commits = [commit(1, 5, 0), commit(2, 102, 1), commit(3, 203, 2)];
  t.deepEqual(keyLatenciesMs(observation, commits, 1), [4, 7]);
});

test('keys that share a frame, and frames that were skipped, are still matched', (t) => {
  const observation = typed([100 * ms, 101 * ms], [shown(1, 10), shown(2, 90, 7), shown(3, 120)]);
  const commits = [commit(1, 5, 0), commit(2, 103, 2), commit(3, 110, 2)];
  t.deepEqual(keyLatenciesMs(observation, commits, 1), [20, 19]);
});

test('a lost key or a picture that never came is an error, not a figure', (t) => {
  const keyTimesNs = [100 * ms];
  t.throws(() => keyLatenciesMs(typed(keyTimesNs, []), [commit(1, 5, 0)], 1), {
    message: /1 keys were typed, the application saw 0/,
  });
  t.throws(() => keyLatenciesMs(typed(keyTimesNs, []), [commit(2, 105, 1)], 1), {
    message: /never shown/,
  });
});

test('frames are matched with their commits; those from before the log are left out', (t) => {
  const frames = [shown(1, 10), shown(3, 50)];
  t.deepEqual(frameLatenciesMs(frames, [commit(2, 20, 0), commit(3, 30, 0)]), [20]);
});

test('a moved window is matched with the step that put it there; skipped steps have no figure', (t) => {
  const step = (number: number, timeMs: number) => ({ step: number, timeNs: timeMs * ms });
  const steps = [step(1, 0), step(2, 33), step(3, 66)];
  t.deepEqual(stepLatenciesMs(steps, [step(1, 5), step(3, 80), step(9, 90)]), [5, 14]);
});
