import test from 'ava';
import { orderServers } from '../../../firmware/discovery/rfc2782.ts';
import { discover, type Source } from '../../../firmware/discovery/source.ts';
import { fileSource } from '../../../firmware/discovery/terminal-file.ts';
import { ConfigError } from '../../../protocol/errors.ts';

test('the first source that names a server ends the search; a wrong one does not', async (t) => {
  const asked: string[] = [];
  const source = (origin: Source['origin'], find: Source['find']): Source => ({
    origin,
    find: () => {
      asked.push(origin);
      return find();
    },
  });
  const server = { host: 'a', port: 1, origin: 'dns', from: 'x' } as const;
  const found = await discover([
    fileSource('/nowhere/terminal.toml'),
    source('dhcp', async () => {
      throw new ConfigError('wrong');
    }),
    source('dns', async () => ({ candidates: [server], nothing: '' })),
    source('mdns', async () => ({ candidates: [], nothing: '' })),
  ]);
  t.deepEqual(found.candidates, [server]);
  t.deepEqual(asked, ['dhcp', 'dns']);
  t.deepEqual(found.reports, [
    { origin: 'file', outcome: 'nothing', detail: 'there is no /nowhere/terminal.toml' },
    { origin: 'dhcp', outcome: 'refused', detail: 'wrong' },
    { origin: 'dns', outcome: 'found', detail: 'x' },
  ]);
});

test('lower priorities come first, weights share what is equal', (t) => {
  const servers = [
    { name: 'spare', priority: 2, weight: 9 },
    { name: 'big', priority: 1, weight: 3 },
    { name: 'small', priority: 1, weight: 1 },
    { name: 'idle', priority: 1, weight: 0 },
  ];
  const firsts = new Map<string, number>();
  for (let i = 0; i < 5000; i++) {
    const order = orderServers(servers, () => i / 5000).map(({ name }) => name);
    t.is(order.at(-1), 'spare');
    t.is(new Set(order).size, 4);
    firsts.set(order[0] ?? '', (firsts.get(order[0] ?? '') ?? 0) + 1);
  }
  t.deepEqual([...firsts].sort(), [
    ['big', 3000],
    ['idle', 1000],
    ['small', 1000],
  ]);
});
