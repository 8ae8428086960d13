import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { checkConfig, checkGreeterUser } from '../../../../appliance/broker/config/check.ts';
import { loadServerConfig } from '../../../../appliance/broker/config/config.ts';
import { DEFAULT_POLICY } from '../../../../protocol/session/policy.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

/** Reads these files; the first is the main one, the others lie in conf.d. */
function load(main: string, others: Readonly<Record<string, string>> = {}) {
  using scratch = scratchFolder();
  const file = join(scratch.path, 'wrsrvd.toml');
  writeFileSync(file, main);
  mkdirSync(join(scratch.path, 'conf.d'));
  for (const [name, text] of Object.entries(others))
    writeFileSync(join(scratch.path, 'conf.d', name), text);
  return loadServerConfig(file);
}

test('an empty file means the defaults, and nothing can be changed', (t) => {
  const config = load('');
  t.deepEqual(config.policy, DEFAULT_POLICY);
  t.is(config.stateDir, '/var/lib/wayray');
  t.is(config.admission, 'approval');
  t.throws(() => {
    (config.policy.unlock.always as string[]).push('nothing');
  });
});

test('every key is understood', (t) => {
  const config = load(`
    listen = "[::]:7000"
    listen-browser = "0.0.0.0:7001"
    state-dir = "/srv/wayray"
    run-dir = "/run/w"
    wrsessd-socket = "/run/w.sock"
    log-level = "debug"
    [admin]
    socket = ""
    listen = "127.0.0.1:7443"
    key-file = "/srv/keys.json"
    group = "staff"
    [terminals]
    admission = "code"
    [tokens]
    registration = "first-use"
    [cards]
    ca-file = "/etc/ssl/cards.pem"
    [greeter]
    idle-page = "greeter"
    login-without-card = false
    user = "greeter"
    shutdown = true
    high-contrast = true
    locale = "de-CH"
    layouts = [{ layout = "ch", variant = "de", name = "Schweiz" }]
    system-config = "/etc/wayray-test"
    [policy]
    idle-after = "90s"
    idle-action = "suspend"
    start = "30s"
    login = "2m"
    suspended = "never"
    lifetime = "12h"
    lock-on-detach = false
    unlock = ["card-key", "pin", "password"]
    unlock-within-grace = ["card-key"]
    grace = "5m"
  `);
  t.deepEqual(config.listen, { host: '::', port: 7000 });
  t.is(config.admin.socket, null);
  t.deepEqual(config.admin.listen, { host: '127.0.0.1', port: 7443 });
  t.is(config.greeter.keyboardLayouts[0]?.variant, 'de');
  t.deepEqual(config.policy, {
    startMs: 30_000,
    loginMs: 120_000,
    idle: { afterMs: 90_000, action: 'suspend' },
    suspendedMs: null,
    lifetimeMs: 43_200_000,
    lockOnDetach: false,
    unlock: { always: ['cardKey', 'pin', 'pam'], withinGrace: ['cardKey'], graceMs: 300_000 },
  });
});

test('files of conf.d count in the order of their names, key by key', (t) => {
  const config = load('[policy]\nidle-after = "1m"\nlogin = "1m"', {
    '20-b.toml': '[policy]\nidle-after = "3m"',
    '10-a.toml': '[policy]\nidle-after = "2m"\nsuspended = "1d"',
    'ignored.txt': 'nonsense',
  });
  t.is(config.policy.idle?.afterMs, 180_000);
  t.is(config.policy.suspendedMs, 86_400_000);
  t.is(config.policy.loginMs, 60_000);
});

const slips: readonly [string, string, RegExp][] = [
  ['a line that is no TOML', 'listen = ', /wrsrvd\.toml: line 1: /],
  ['a key that is not known', '[policy]\nidel-after = "1m"', /policy\.idel-after: .*idle-after/],
  ['a table that is not known', '[polisy]\nlogin = "1m"', /wrsrvd\.toml: polisy\.login: /],
  ['an address without a port', 'listen = "0.0.0.0"', /listen: expected "HOST:PORT"/],
  ['a number for a time', '[policy]\nlogin = 30', /policy\.login: expected a time/],
  [
    'a time that is too long',
    '[policy]\nsuspended = "90d"',
    /policy\.suspended: expected at most "24d"/,
  ],
  ['no time at all', '[policy]\nlogin = "0s"', /loginMs: expected 1 to/],
  ['a proof that is none', '[policy]\nunlock = ["badge"]', /unlock\[0\]: expected "password"/],
  ['no proof', '[policy]\nunlock = []', /wrsrvd\.toml: .*at least one proof/],
  ['a relative path', 'state-dir = "lib"', /state-dir: expected an absolute path/],
  ['an admission that is none', '[terminals]\nadmission = "all"', /"auto" or "approval" or "code"/],
  ['a layout without a name', '[greeter]\nlayouts = [{layout="de"}]', /layouts\[0\]\.name/],
];
for (const [what, text, message] of slips) {
  test(`${what} is named with its file and key`, (t) => {
    t.throws(() => load(text), { name: 'ConfigError', message });
  });
}

test('the file of conf.d that is wrong is the one that is named', (t) => {
  const message = /conf\.d\/x\.toml: policy\.login: expected a time/;
  t.throws(() => load('', { 'x.toml': 'policy.login = "soon"' }), { message });
});

test('a check finds what the machine lacks', (t) => {
  t.true(Number.isInteger(checkGreeterUser('nobody')));
  const message = /greeter\.user: there is no user nobody-here/;
  t.throws(() => checkGreeterUser('nobody-here'), { name: 'ConfigError', message });
  using scratch = scratchFolder();
  const file = join(scratch.path, 'wrsrvd.toml');
  const missing = join(scratch.path, 'no.pem');
  writeFileSync(file, `[greeter]\nuser = "nobody"\n[cards]\nca-file = "${missing}"`);
  t.throws(() => checkConfig(file), { name: 'ConfigError', message: /no\.pem: ENOENT/ });
});

test('sessions that can be chosen are there, and have a name', (t) => {
  using scratch = scratchFolder();
  const folder = join(scratch.path, 'sessions');
  mkdirSync(folder);
  writeFileSync(join(folder, 'desktop.toml'), 'name = "Desktop"\npanel = "waybar"');
  writeFileSync(join(folder, 'kiosk.toml'), 'name = "Catalogue"\nend-with = "x"');
  writeFileSync(join(folder, 'nameless.toml'), 'panel = "waybar"');
  writeFileSync(join(folder, 'slip.toml'), 'name = "Slip"\npannel = "waybar"');
  const choose = (ids: string) =>
    load(`[greeter]\nsystem-config = "${scratch.path}"\nsessions = ${ids}`).greeter.sessions;
  t.deepEqual(choose('["kiosk", "desktop"]'), [
    { id: 'kiosk', name: 'Catalogue' },
    { id: 'desktop', name: 'Desktop' },
  ]);
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['["gone"]', /sessions\[0\]: .*\/sessions\/gone\.toml: there is no such file$/],
    ['["desktop", "nameless"]', /sessions\[1\]: .*nameless\.toml: name: expected a name/],
    ['["slip"]', /slip\.toml: pannel: expected one of the keys/],
    ['["../kiosk"]', /sessions\[0\]: expected 1 to 32 small letters/],
    ['["kiosk", "kiosk"]', /each session once/],
    ['"kiosk"', /expected a list/],
  ];
  for (const [ids, message] of wrong)
    t.throws(() => choose(ids), { name: 'ConfigError', message }, ids);
});
