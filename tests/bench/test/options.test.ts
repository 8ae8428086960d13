import test from 'ava';
import { cells, usualCells } from '../cells/index.ts';
import { parseOptions, UsageError } from '../options.ts';
import { peers, usualPeers } from '../peers/index.ts';
import { rotate } from '../run.ts';

const parse = (...args: string[]) =>
  parseOptions(args, peers, cells, { peers: usualPeers, cells: usualCells });

test('without options the usual peers run in the usual cells', (t) => {
  const options = parse();
  t.deepEqual(
    options.peers.map((peer) => peer.name),
    [...usualPeers],
  );
  t.deepEqual(
    options.cells.map((cell) => cell.name),
    [...usualCells],
  );
  t.deepEqual(options.link, { delayMs: 0, rateMbit: 0, lossPpm: 0 });
});

test('a named link can be changed', (t) => {
  t.deepEqual(parse('--link', 'wan', '--delay-ms', '50').link, {
    delayMs: 50,
    rateMbit: 20,
    lossPpm: 0,
  });
});

for (const args of [
  ['--peers', 'nobody'],
  ['--cells', 'type,nothing'],
  ['--rounds', '0'],
  ['--seconds', 'many'],
  ['--link', 'moon'],
  ['--unknown'],
])
  test(`${args.join(' ')} is refused`, (t) => {
    t.throws(() => parse(...args), { instanceOf: UsageError });
  });

test('the order of the peers rotates', (t) => {
  t.deepEqual(rotate(['a', 'b', 'c'], 1), ['b', 'c', 'a']);
  t.deepEqual(rotate(['a', 'b', 'c'], 3), ['a', 'b', 'c']);
});
