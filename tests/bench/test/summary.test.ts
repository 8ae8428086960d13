import test from 'ava';
import type { Cell } from '../cells/cell.ts';
import { atMost, metric, ratioAtMost } from '../cells/metric.ts';
import type { Peer } from '../peers/peer.ts';
import { summarize } from '../report/summary.ts';
import { formatEstimate, formatTable } from '../report/table.ts';
import type { Slice } from '../run.ts';

const never = () => Promise.reject(new Error('not called'));
const peer = (name: string): Peer => ({
  name,
  encryption: 'none',
  reconnects: true,
  version: () => '1',
  start: never,
});
const cell: Cell = {
  name: 'cell',
  title: 'a cell',
  needsReconnect: false,
  metrics: [
    metric('time', 'ms', 'timeMs', { goal: ratioAtMost(0.6, 'other') }),
    metric('size', 'B', 'bytes', { digits: 0, goal: atMost(50) }),
    metric('quality', 'dB', 'qualityDb', { compared: false }),
  ],
  measure: never,
};
const plan = {
  peers: [peer('wayray'), peer('other')],
  cells: [cell],
  rounds: 2,
  moves: 1,
  secondsPerSlice: 1,
};
const slice = (round: number, name: string, samples: Slice['samples'], error?: string): Slice => ({
  round,
  cell: 'cell',
  peer: name,
  samples,
  ...(error !== undefined && { error }),
});

test('figures, ratios and goals come from the rounds', (t) => {
  const [summary] = summarize(plan, [
    slice(0, 'wayray', { timeMs: [1, 2, 3], bytes: [60], qualityDb: [100] }),
    slice(0, 'other', { timeMs: [4, 4, 4], bytes: [30], qualityDb: [45] }),
    slice(1, 'wayray', { timeMs: [2], bytes: [60], qualityDb: [100] }),
    slice(1, 'other', { timeMs: [4], bytes: [30], qualityDb: [45] }),
  ]);
  const [time, size, quality] = summary?.metrics ?? [];
  t.is(time?.estimates['wayray']?.value, 2);
  t.is(time?.ratios['other']?.value, 0.5);
  t.true(time?.reached);
  t.is(size?.ratios['other']?.value, 2);
  t.false(size?.reached);
  t.deepEqual(quality?.ratios, {});
});

test('a failed slice is named and its round is left out of the ratio', (t) => {
  const [summary] = summarize(plan, [
    slice(0, 'wayray', {}, 'it broke'),
    slice(0, 'other', { timeMs: [100] }),
    slice(1, 'wayray', { timeMs: [2] }),
    slice(1, 'other', { timeMs: [4] }),
  ]);
  t.deepEqual(summary?.errors, ['wayray: it broke']);
  t.is(summary?.metrics[0]?.ratios['other']?.value, 0.5);
  t.regex(formatTable(summary ? [summary] : [], ['wayray', 'other']), /failed: wayray: it broke/);
});

test('estimates are written with their interval', (t) => {
  t.is(formatEstimate({ value: 2, low: 1.96, high: 2.5 }, 1, 'ms'), '2.0 [2.0-2.5]');
  t.is(formatEstimate({ value: 2, low: 2, high: 2 }, 1, 'ms'), '2.0');
  t.is(formatEstimate({ value: 100, low: 100, high: 100 }, 1, 'dB'), 'exact');
  t.is(formatEstimate(undefined, 1, 'ms'), '-');
});
