import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { DEFAULT_CONFIG } from '../../../appliance/sessd/config/config.ts';
import { readKeys } from '../../../appliance/sessd/config/keys.ts';
import { loadConfig } from '../../../appliance/sessd/config/load.ts';
import { parseSessdCommandLine } from '../../../appliance/sessd/config/options.ts';
import { ConfigError } from '../../../protocol/errors.ts';
import { Program, repository } from '../../helpers/program.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const FULL = `
socket = "/run/a.sock"
run-dir = "/run/a"
log-dir = "/var/log/a"
broker-user = "b"
log-level = "debug"
shutdown = { poweroff = ["/sbin/poweroff"], reboot = ["/bin/systemctl", "reboot"] }
[sessions]
launcher = "direct"
exec = "foot"
system-config = "/etc/a"
limits = { "memory.max" = "4G", "odd.max" = "1" }
[logins]
min-uid = 5000
max = 3
pam-confdir = "/etc/pam-a"
[greeters]
user = "g"
max = 2
`;

test('every key of the file', (t) => {
  using file = writtenFile(FULL);
  const { config } = loadConfig({ config: file.path });
  t.deepEqual(config, {
    socket: '/run/a.sock',
    runDir: '/run/a',
    logDir: '/var/log/a',
    brokerUser: 'b',
    logLevel: 'debug',
    launcher: 'direct',
    exec: 'foot',
    systemConfig: '/etc/a',
    limits: { 'memory.max': '4G', 'odd.max': '1' },
    minUid: 5000,
    maxLogins: 3,
    pamConfdir: '/etc/pam-a',
    greeterUser: 'g',
    maxGreeters: 2,
    shutdown: { poweroff: ['/sbin/poweroff'], reboot: ['/bin/systemctl', 'reboot'] },
  });
  for (const part of [config, config.limits, config.shutdown, config.shutdown.reboot])
    t.true(Object.isFrozen(part));
});

test('without a file: the defaults; the command line wins over the file', (t) => {
  using file = writtenFile(FULL);
  using empty = writtenFile('');
  t.deepEqual(loadConfig({ config: empty.path }).config, DEFAULT_CONFIG);
  const words = ['--limit', 'memory.max=1G', '--max-logins', '9', '--broker-user', 'z'];
  const { given, checkOnly } = parseSessdCommandLine(['--config', file.path, ...words]);
  t.false(checkOnly);
  t.like(loadConfig(given).config, {
    limits: { 'memory.max': '1G', 'odd.max': '1' },
    maxLogins: 9,
    brokerUser: 'z',
    greeterUser: 'g',
  });
});

for (const [text, message] of [
  ['broker = "x"', /^FILE: broker: expected one of socket, run-dir/],
  ['[sessions]\nlauncer = "direct"', /^FILE: sessions\.launcer: expected one of/],
  ['sessions = 1', /^FILE: sessions: expected a table/],
  ['socket = "run"', /^FILE: socket: expected an absolute path/],
  ['socket = 1979-05-27', /^FILE: socket: expected an absolute path/],
  ['[sessions]\nlauncher = "docker"', /^FILE: sessions\.launcher: expected one of systemd, direct/],
  ['[sessions.limits]\n"memory.max" = 4', /^FILE: sessions\.limits\.memory\.max: expected what/],
  [
    '[sessions.limits]\n"odd.max" = "4"',
    /^FILE: sessions\.limits\.odd\.max: expected one of memory/,
  ],
  ['[sessions.limits]\n"../x" = "4"', /^FILE: sessions\.limits\.\.\.\/x: expected a cgroup file/],
  ['[logins]\nmin-uid = 0', /^FILE: logins\.min-uid: expected a whole number from 1 to/],
  ['[greeters]\nmax = 0', /^FILE: greeters\.max: expected a whole number from 1 to 9999/],
  ['[shutdown]\nhalt = ["/x"]', /^FILE: shutdown\.halt: expected poweroff or reboot/],
  ['[shutdown]\npoweroff = ["x"]', /^FILE: shutdown\.poweroff: expected a list: the absolute path/],
  ['[shutdown]\npoweroff = "/x"', /^FILE: shutdown\.poweroff: expected a list/],
  ['log-level = ', /^FILE: line 1, column \d+: /],
] as const)
  test(`refused: ${text}`, (t) => {
    using file = writtenFile(text);
    const error = t.throws(() => loadConfig({ config: file.path }), { instanceOf: ConfigError });
    t.regex(error?.message.replace(file.path, 'FILE') ?? '', message);
  });

test('a file that is not there, is none, is large or open to others', (t) => {
  using file = writtenFile('');
  t.throws(() => loadConfig({ config: `${file.path}x` }), { message: /x: cannot be read: ENOENT/ });
  mkdirSync(`${file.path}d`);
  t.throws(() => loadConfig({ config: `${file.path}d` }), { message: /expected a file/ });
  chmodSync(file.path, 0o664);
  t.throws(() => loadConfig({ config: file.path }), { message: /that only root can write/ });
  writeFileSync(file.path, `#${'x'.repeat(70_000)}`);
  t.throws(() => loadConfig({ config: file.path }), { message: /at most 65536 bytes/ });
});

test('wrsessd config check', async (t) => {
  using file = writtenFile('[greeters]\nmax = 1\n');
  const check = () =>
    new Program('appliance/sessd/main.js', ['config', 'check', '--config', file.path]).ended;
  t.like(await check(), { status: 0, stdout: `${file.path}: correct\n` });
  writeFileSync(file.path, '[greeters]\nmax = "1"\n');
  t.like(await check(), {
    status: 78,
    stderr: `wrsessd: ${file.path}: greeters.max: expected a whole number from 1 to 9999\n`,
  });
});

test('every key is in the documentation', (t) => {
  const documented = readFileSync(join(repository, 'docs/wrsessd.md'), 'utf8');
  const error = t.throws(() => readKeys({ none: 1 }));
  const names = error?.message.replace(/.*one of /, '').split(', ') ?? [];
  t.is(names.length, Object.keys(DEFAULT_CONFIG).length);
  for (const name of names) t.true(documented.includes(`| \`${name}\``), name);
});

function writtenFile(text: string) {
  const folder = scratchFolder();
  const path = join(folder.path, 'wrsessd.toml');
  writeFileSync(path, text, { mode: 0o600 });
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
