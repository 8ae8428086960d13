import test from 'ava';
import { cells, usualCells } from '../cells/index.ts';
import { describeLink } from '../links.ts';
import { parseOptions, UsageError } from '../options.ts';
import { peers, usualPeers } from '../peers/index.ts';
import { type Plan, plannedSeconds, planSlices, rotate, sliceKey } from '../run.ts';

const parse = (...args: string[]) =>
  parseOptions(args, { peers, cells }, { peers: usualPeers, cells: usualCells });

function planOf(...args: string[]): Plan {
  const wish = parse(...args);
  if (wish.kind !== 'run') throw new Error(wish.kind);
  return wish.plan;
}

const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

test('without options the usual peers run in the usual cells over the LAN', (t) => {
  const plan = planOf();
  t.deepEqual(namesOf(plan.peers), [...usualPeers]);
  t.deepEqual(namesOf(plan.cells), [...usualCells]);
  t.deepEqual(plan.links, [{ name: 'lan', model: { delayMs: 0, rateMbit: 0, lossPpm: 0 } }]);
});

test('several links run one after the other', (t) => {
  const plan = planOf(
    '--link',
    'lan,loss',
    '--cells',
    'type',
    '--peers',
    'wayray',
    '--rounds',
    '2',
  );
  t.deepEqual(planSlices(plan).map(sliceKey), [
    ...['lan 0 type wayray', 'lan 1 type wayray', 'loss 0 type wayray', 'loss 1 type wayray'],
  ]);
  t.is(
    describeLink(plan.links[1] as Plan['links'][number]),
    'loss: 10 ms each way, 20 Mbit/s, 1 % of packets lost each way',
  );
});

test('a peer that does the same as another in a cell is left out of it, unless the cell was named', (t) => {
  const peersOf = (...args: string[]) =>
    new Set(
      planSlices(planOf(...args))
        .filter(({ cell }) => cell === 'rest')
        .map(({ peer }) => peer),
    );
  t.deepEqual([...peersOf('--peers', 'wayray,wayray-lossless')], ['wayray']);
  t.is(peersOf('--peers', 'wayray,wayray-lossless', '--cells', 'rest').size, 2);
});

test('on slow links cells that tell nothing new there are left out, and slices are shorter, unless they were named', (t) => {
  const all = planOf('--link', 'lan,wan', '--rounds', '1');
  const cellsOf = (plan: Plan, link: string) =>
    new Set(planSlices(plan).flatMap((slice) => (slice.link === link ? [slice.cell] : [])));
  for (const name of ['switch', 'menu', 'rest']) {
    t.true(cellsOf(all, 'lan').has(name));
    t.false(cellsOf(all, 'wan').has(name));
  }
  t.deepEqual(cellsOf(planOf('--link', 'wan', '--cells', 'menu'), 'wan'), new Set(['menu']));
  const seconds = (plan: Plan) =>
    ['lan type', 'lan scroll', 'wan type'].map((words) => {
      const [link = '', cell = ''] = words.split(' ');
      return plannedSeconds(plan, { link, cell, round: 0, peer: 'wayray' });
    });
  t.deepEqual(seconds(all), [3, 2, 2]);
  t.deepEqual(seconds(planOf('--link', 'lan,wan', '--seconds', '5')), [5, 5, 5]);
});

test('a named link can be changed, and is another one then', (t) => {
  const model = { delayMs: 50, rateMbit: 20, lossPpm: 0 };
  t.deepEqual(planOf('--link', 'wan', '--delay-ms', '50').links, [{ name: 'other', model }]);
});

test('a run to go on with or to report about is named by its folder', (t) => {
  t.deepEqual(parse('--resume', 'x'), { kind: 'resume', directory: 'x' });
  t.deepEqual(parse('--report', 'x'), { kind: 'report', directory: 'x' });
});

for (const args of [
  ['--peers', 'nobody'],
  ['--cells', 'type,nothing'],
  ['--rounds', '0'],
  ['--seconds', 'many'],
  ['--link', 'moon'],
  ['--link', 'lan,wan', '--delay-ms', '5'],
  ['--unknown'],
])
  test(`${args.join(' ')} is refused`, (t) => {
    t.throws(() => parse(...args), { instanceOf: UsageError });
  });

test('the order of the peers rotates, and each slice is planned once', (t) => {
  t.deepEqual(rotate(['a', 'b', 'c'], 1), ['b', 'c', 'a']);
  t.deepEqual(rotate(['a', 'b', 'c'], 3), ['a', 'b', 'c']);
  const keys = planSlices(planOf('--link', 'lan,wan', '--rounds', '7')).map(sliceKey);
  t.is(new Set(keys).size, keys.length);
});

test('a cell that wants to reconnect leaves out who cannot', (t) => {
  const plan = planOf(
    '--cells',
    'reconnect,type',
    '--peers',
    'direct,tigervnc-240',
    '--rounds',
    '1',
  );
  t.deepEqual(
    planSlices(plan).map(({ cell, peer }) => `${cell} ${peer}`),
    ['reconnect tigervnc-240', 'type direct', 'type tigervnc-240'],
  );
});
