import test from 'ava';
import { orderServers } from '../../../firmware/discovery/rfc2782.ts';
import { discover, type Source } from '../../../firmware/discovery/source.ts';
import { fileSource, parseTerminalFile } from '../../../firmware/discovery/terminal-file.ts';
import { ConfigError } from '../../../protocol/errors.ts';

const A = 'a'.repeat(64);
const FROM = { origin: 'file', from: 'f' } as const;

test('the file names one server or several', (t) => {
  t.deepEqual(parseTerminalFile(`server = "house"\npin = "${A.toUpperCase()}"\n`, 'f'), [
    { host: 'house', port: 7600, pin: A, ...FROM },
  ]);
  const several = `[[servers]]\naddress = "a:1"\n[[servers]]\naddress = "[::1]:2"\npin = "${A}"\n`;
  t.deepEqual(parseTerminalFile(several, 'f'), [
    { host: 'a', port: 1, ...FROM },
    { host: '::1', port: 2, pin: A, ...FROM },
  ]);
  t.deepEqual(parseTerminalFile('', 'f'), []);
});

for (const [text, message] of [
  ['server = 1', /^f: server: expected/],
  ['server = "a b"', /^f: server: expected HOST:PORT/],
  ['server = "[a]:1"', /HOST:PORT/],
  ['server = "a:99999"', /HOST:PORT/],
  ['server = "a"\npin = "12"', /^f: pin: .*64 hex digits/],
  [`pin = "${A}"`, /^f: pin: there is no server/],
  ['sever = "a"', /^f: sever: not known; known: server pin servers$/],
  ['servers = [1]', /^f: servers\[0\]: expected a table/],
  ['server = ', /^f: line 1: /],
] as const) {
  test(`a file of ${text} is refused by name`, (t) => {
    t.throws(() => parseTerminalFile(text, 'f'), { instanceOf: ConfigError, message });
  });
}

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
