import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  DEFAULT_CONFIG,
  parseTerminalConfig,
  readTerminalConfig,
} from '../../../firmware/config/terminal-config.ts';

const A = 'a'.repeat(64);
const FROM = { origin: 'file', from: 'f' } as const;

test('the file names one server or several', (t) => {
  t.deepEqual(parseTerminalConfig(`server = "house"\npin = "${A.toUpperCase()}"\n`, 'f').servers, [
    { host: 'house', port: 7600, pin: A, ...FROM },
  ]);
  const several = `[[servers]]\naddress = "a:1"\n[[servers]]\naddress = "[::1]:2"\npin = "${A}"\n`;
  t.deepEqual(parseTerminalConfig(several, 'f').servers, [
    { host: 'a', port: 1, ...FROM },
    { host: '::1', port: 2, pin: A, ...FROM },
  ]);
  t.deepEqual(parseTerminalConfig('', 'f'), { ...DEFAULT_CONFIG, there: true });
});

test('name and keyboard', (t) => {
  const { name, keyboard, problems } = parseTerminalConfig(
    'name = "Empfang 3"\nkeyboard = "de:nodeadkeys"\n',
    'f',
  );
  t.deepEqual(
    { name, keyboard, problems },
    { name: 'Empfang 3', keyboard: { layout: 'de', variant: 'nodeadkeys' }, problems: [] },
  );
});

for (const [text, message] of [
  ['server = 1', /^f: server: expected/],
  ['server = "a b"', /^f: server: expected HOST:PORT/],
  ['server = "[a]:1"', /HOST:PORT/],
  ['server = "a:99999"', /HOST:PORT/],
  ['server = "a"\npin = "12"', /^f: pin: .*64 hex digits/],
  [`pin = "${A}"`, /^f: pin: there is no server/],
  ['sever = "a"', /^f: sever: expected one of the keys server, pin, servers, name/],
  ['servers = [1]', /^f: servers\[0\]: expected a table/],
  ['servers = 1', /^f: servers: expected at most 16 tables/],
  ['server = ', /^f: line 1: /],
  ['name = ""', /^f: name: expected a name/],
  ['name = "a\\u001bb"', /^f: name: expected a name/],
  ['keyboard = "de nodeadkeys"', /^f: keyboard: expected "LAYOUT"/],
  ['keyboard = 3', /^f: keyboard: expected/],
  ['display = 3', /^f: display: expected a table/],
  ['[input]\nacceleratoin = 1', /^f: input\.acceleratoin: expected/],
  ['cards = "no"', /^f: cards: expected a table/],
] as const) {
  test(`a file of ${text} has its mistake named`, (t) => {
    const { problems, servers } = parseTerminalConfig(text, 'f');
    t.is(problems.length, 1, problems.join('\n'));
    t.regex(problems[0] as string, message);
    t.deepEqual(servers, []);
  });
}

test('what is right counts beside what is wrong', (t) => {
  const { servers, name, problems } = parseTerminalConfig(
    'server = "a"\nname = "desk"\nkeyboard = 7\n[display]\nnonsense = true\n',
    'f',
  );
  t.deepEqual(
    servers.map(({ host }) => host),
    ['a'],
  );
  t.is(name, 'desk');
  t.deepEqual(
    problems.map((problem) => problem.split(':')[1]),
    [' keyboard', ' display.nonsense'],
  );
});

test('a server never loses its fingerprint to a mistyped key', (t) => {
  const top = parseTerminalConfig(`server = "a"\npinn = "${A}"\n[[servers]]\naddress = "b"\n`, 'f');
  t.deepEqual(
    top.servers.map(({ host }) => host),
    ['b'],
  );
  const nested = parseTerminalConfig(
    `[[servers]]\naddress = "a"\npinn = "${A}"\n[[servers]]\naddress = "b"\n`,
    'f',
  );
  t.deepEqual(
    nested.servers.map(({ host }) => host),
    ['b'],
  );
  t.regex(nested.problems[0] as string, /^f: servers\[0\]\.pinn: expected one of/);
});

test('no file is all defaults, one that cannot be read is so with a word', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'wayray-config-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'terminal.toml');
  t.deepEqual(readTerminalConfig(file), DEFAULT_CONFIG);
  writeFileSync(file, '#'.repeat(70_000));
  t.regex(readTerminalConfig(file).problems.join(), /longer than 65536 bytes/);
  t.regex(readTerminalConfig(folder).problems.join(), /no file/);
});

test('what is told of a wrong address or fingerprint has no control characters', (t) => {
  for (const file of ['server = "a:1"\npin = "\\u0000\\u001b"', 'server = "a\\u001b:x"']) {
    const { servers, problems } = parseTerminalConfig(file, 'f');
    t.deepEqual(servers, []);
    t.is(problems.length, 1);
    t.notRegex(problems.join(), /\p{Cc}/u);
  }
});
