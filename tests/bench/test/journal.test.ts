import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { scratchFolder } from '../../helpers/scratch.ts';
import { cells } from '../cells/index.ts';
import { links } from '../links.ts';
import { type Begun, Journal } from '../report/journal.ts';
import { report } from '../report/report.ts';
import type { Slice } from '../run.ts';
import { formatDuration, TimeLeft } from '../time-left.ts';

const begun: Begun = {
  provenance: {
    date: '2026-01-02T03:04:05.678Z',
    commit: '0123456789abcdef',
    changed: false,
    machine: { cpu: 'x', cores: 2, memoryGib: 1, kernel: 'k', system: 's', load1: 0 },
  },
  peers: ['wayray', 'tigervnc-240'],
  cells: ['scroll'],
  links: links.slice(0, 2),
  ...{ rounds: 1, secondsPerSlice: 1, moves: 1 },
  products: {
    wayray: { version: '1', encryption: 'TLS 1.3' },
    'tigervnc-240': { version: '2', encryption: 'none' },
  },
};
const slice = (link: string, peer: string, kb: number): Slice => ({
  ...{ link, round: 0, cell: 'scroll', peer, wallSeconds: 2 },
  samples: { downKb: [kb] },
});

test('what was measured is there after a stop, also in the middle of a line', (t) => {
  using folder = scratchFolder();
  const journal = Journal.begin(begun, folder.path);
  journal.add(slice('lan', 'wayray', 10));
  appendFileSync(join(journal.directory, 'slices.ndjson'), '{"link":"la');
  const again = Journal.open(journal.directory);
  t.deepEqual(again.begun, begun);
  again.add(slice('wan', 'wayray', 11));
  t.deepEqual(
    again.slices().map(({ link }) => link),
    ['lan', 'wan'],
  );
  t.throws(() => Journal.open(folder.path), { message: /holds no run/ });
});

test('a report writes table and plot for every link', (t) => {
  using folder = scratchFolder();
  const journal = Journal.begin(begun, folder.path);
  for (const link of ['lan', 'wan'])
    for (const [peer, kb] of [
      ['wayray', 10],
      ['tigervnc-240', 100],
    ] as const)
      journal.add(slice(link, peer, kb));
  t.regex(report(journal, cells), /wayray <= 0\.15 x tigervnc-240: 0\.100 reached/);
  const table = readFileSync(join(journal.directory, 'table.md'), 'utf8');
  t.regex(table, /^### lan: no delay$/m);
  t.regex(table, /^### wan: 10 ms each way, 20 Mbit\/s$/m);
  t.regex(table, /^- tigervnc-240: 2, encryption: none$/m);
  t.true(existsSync(join(journal.directory, 'plot.svg')));
});

test('the time that is left follows what slices took', (t) => {
  const planned = { link: 'lan', round: 1, cell: 'scroll', peer: 'wayray' };
  const timeLeft = new TimeLeft(() => 4, []);
  t.true(timeLeft.of([planned, planned]) > 8);
  timeLeft.add({ ...slice('lan', 'wayray', 1), wallSeconds: 30 });
  t.is(timeLeft.of([planned, { ...planned, peer: 'other' }]), 60);
  t.is(formatDuration(95), '95 s');
  t.is(formatDuration(600), '10 min');
});
