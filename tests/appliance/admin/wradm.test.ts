import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { type Ended, Program, repository } from '../../helpers/program.ts';
import { Rig } from './rig.ts';
import { HALL, ScriptedBackend, sessionView } from './scripted-backend.ts';

const MAIN = 'appliance/admin/main.js';
const run = (args: readonly string[]): Promise<Ended> => new Program(MAIN, args).ended;
const wradm = (rig: Rig, ...args: string[]) => run(['--socket', rig.socket, ...args]);

async function json(rig: Rig, ...args: string[]) {
  const { stdout, stderr, status } = await wradm(rig, '--json', ...args);
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

async function typed(rig: Rig, text: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(repository, MAIN), '--socket', rig.socket, ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end(text);
  const [status, signal] = await once(child, 'close');
  return { status, signal, stdout, stderr };
}

test('sessions: every verb, by the beginning of an id', async (t) => {
  const other = sessionView({
    id: 'c0ffee02-ben',
    user: 'ben',
    terminal: null,
    state: 'suspended',
  });
  await using rig = await Rig.open({ backend: new ScriptedBackend([sessionView(), other]) });
  await rig.registry.terminals.announce({ name: 'hall', fingerprint: HALL });
  await rig.registry.terminals.announce({ name: 'lab 2', fingerprint: 'b0'.repeat(32) });
  const list = await wradm(rig, 'session', 'list');
  t.is(list.status, 0);
  t.regex(list.stdout, /^SESSION +USER +STATE +LOCK +TERMINAL +SEEN\nc0ffee01 +anna +active/);
  t.is((await json(rig, 'session', 'list', '--user', 'ben')).sessions.length, 1);
  t.deepEqual(await json(rig, 'session', 'show', 'c0ffee01'), sessionView());
  t.regex((await wradm(rig, 'session', 'show', 'c0ffee01')).stdout, /^user +anna$/m);
  t.is((await json(rig, 'session', 'lock', 'c0ffee01')).lock, 'asked');
  t.is((await json(rig, 'session', 'detach', 'c0ffee01')).terminal, null);
  t.is((await json(rig, 'session', 'move', 'c0ffee01', 'lab')).terminal, 'lab 2');
  t.deepEqual(await json(rig, 'session', 'kill', 'c0ffee01'), {
    id: 'c0ffee01-anna',
    ended: true,
  });
  t.regex(rig.backend.said.at(-1) ?? '', /^kill c0ffee01-anna by \w+$/);
});

test('exit statuses say what was wrong, and so does one line', async (t) => {
  const two = [sessionView(), sessionView({ id: 'c0ffee02-ben', terminal: null })];
  await using rig = await Rig.open({ backend: new ScriptedBackend(two) });
  const cases: [number, RegExp, string[]][] = [
    [
      2,
      /unknown command 'lst' \(Did you mean list\?\); see wradm session --help/,
      ['session', 'lst'],
    ],
    [2, /a verb is missing; see wradm session --help/, ['session']],
    [2, /missing required argument 'id'/, ['session', 'lock']],
    [2, /too many arguments/, ['who', 'am', 'i']],
    [2, /unknown option '--jason' \(Did you mean --json\?\)/, ['who', '--jason']],
    [2, /expected smartCard:, badge: or software:/, ['token', 'add', 'x', 'anna']],
    [2, /--key-file and --pin need --url/, ['who', '--pin', 'ab'.repeat(32)]],
    [3, /there is no session zz/, ['session', 'show', 'zz']],
    [3, /no event has the code WR-2-ABCD/, ['audit', 'code', 'WR-2-ABCD']],
    [6, /several sessions begin with c0ff/, ['session', 'kill', 'c0ff']],
    [6, /no terminal shows the session/, ['session', 'detach', 'c0ffee02']],
    [5, /is wrsrvd running\?/, ['who', '--socket', '/nowhere']],
  ];
  for (const [status, words, args] of cases) {
    const ended = await wradm(rig, ...args);
    t.is(ended.status, status, args.join(' '));
    t.regex(ended.stderr, words);
    t.is(ended.stderr.trim().split('\n').length, 1);
    t.is(ended.stdout, '');
  }
  const told = await wradm(rig, 'session', 'show', 'zz', '--json');
  t.is(JSON.parse(told.stderr).error.code, 'not-found');
  t.is(told.status, 3);
  const mistyped = await wradm(rig, 'session', 'lst', '--json');
  t.is(JSON.parse(mistyped.stderr).error.code, 'usage');
  t.is(mistyped.status, 2);
});

test('tokens: every verb, and an id that is told to nobody', async (t) => {
  await using rig = await Rig.open({ file: true });
  const id = '04a2b3c4d5e6f7';
  const added = await json(rig, 'token', 'add', `badge:${id}`, 'anna', '--label', 'blue');
  t.like(added, { kind: 'badge', user: 'anna', label: 'blue' });
  const { stdout } = await typed(
    rig,
    `badge:${id.replace('04', '05')}\n`,
    'token',
    'add',
    '-',
    'ben',
    '--name',
    'Ben',
  );
  t.regex(stdout, /^[0-9a-f]{12}: badge of ben\n$/);
  t.regex((await wradm(rig, 'token', 'list')).stdout, /^[0-9a-f]{8} +badge +anna +blue +- +-$/m);
  const short = added.hash.slice(0, 10).toUpperCase();
  t.like(await json(rig, 'token', 'show', short), { hash: added.hash });
  const key = 'ab'.repeat(32);
  t.deepEqual((await json(rig, 'token', 'keys', short, '--key', `cardKey=${key}`)).keys, {
    cardKey: key,
  });
  t.like(await json(rig, 'token', 'remove', short), { removed: true });
  t.is((await json(rig, 'token', 'list')).tokens.length, 1);
  const again = await wradm(rig, 'token', 'add', `badge:${id.replace('04', '05')}`, 'ben');
  t.is(again.status, 6);
  t.false(again.stderr.includes(id.slice(2)));
});

test('a key is taken from a certificate', async (t) => {
  await using rig = await Rig.open();
  const file = join(rig.folder.path, 'card.pem');
  writeFileSync(file, rig.identity.certPem);
  const pem = join(rig.folder.path, 'public.pem');
  execFileSync('openssl', ['x509', '-in', file, '-noout', '-pubkey', '-out', pem]);
  const der = execFileSync('openssl', ['pkey', '-pubin', '-in', pem, '-outform', 'DER']);
  const sum = execFileSync('sha256sum', { input: der }).toString().slice(0, 64);
  const card = `smartCard:${'c0'.repeat(16)}`;
  const added = await json(rig, 'token', 'add', card, 'anna', '--certificate', file);
  t.deepEqual(added.keys, { pinKey: sum });
  const other = await json(rig, 'token', 'keys', added.hash, '--certificate', `cardKey=${file}`);
  t.deepEqual(other.keys, { cardKey: sum });
  const wrong = await wradm(rig, 'token', 'keys', added.hash, '--certificate', '/dev/null');
  t.is(wrong.status, 2);
});

test('a card is registered by the code that was read out', async (t) => {
  await using rig = await Rig.open();
  const token = 'a1'.repeat(32);
  const details = { page: 'unknownCard', code: 'WR-2-7QK2', kind: 'smartCard' };
  await rig.registry.events.append([{ kind: 'page-shown', token, details }]);
  const added = await wradm(rig, 'token', 'add', 'wr27qk2', 'anna');
  t.regex(
    added.stdout,
    /^a1a1a1a1a1a1: smartCard of anna; its key is registered at the next login/,
  );
  t.like(await json(rig, 'token', 'show', token), { user: 'anna', learnsKeys: true });
  const unknown = await wradm(rig, 'token', 'add', 'WR-2-0000', 'anna');
  t.is(unknown.status, 3, unknown.stderr);
});

test('tokens are imported from a file, and once more without harm', async (t) => {
  await using rig = await Rig.open();
  const file = join(rig.folder.path, 'tokens');
  writeFileSync(
    file,
    '# hall\nbadge:04a2b3c4d5e6f1 anna blue badge\n\nbadge:04:a2:b3:c4:d5:e6:f2 ben\n',
  );
  t.deepEqual(await json(rig, 'token', 'import', file), { added: 2, existing: 0, failed: [] });
  writeFileSync(
    file,
    'token,user,label\r\nbadge:04a2b3c4d5e6f1,anna,x\r\n"badge:04a2b3c4d5e6f3","cleo","a, ""b"""\r\n',
  );
  t.regex(
    (await wradm(rig, 'token', 'import', file)).stdout,
    /^1 added, 1 registered already, 0 failed/,
  );
  const { tokens } = await json(rig, 'token', 'list', '--user', 'cleo');
  t.is(tokens[0].label, 'a, "b"');
  t.is((await json(rig, 'token', 'list', '--user', 'anna')).tokens[0].label, 'blue badge');
  writeFileSync(file, 'badge:04a2b3c4d5e6f5 dora\nbadge:99 anna\nfoo\n');
  const wrong = await wradm(rig, 'token', 'import', file);
  t.is(wrong.status, 2);
  t.regex(wrong.stderr, /line 2: .*; line 3: /);
  t.is((await json(rig, 'token', 'list')).tokens.length, 3, 'nothing of a wrong file');
  const piped = await typed(rig, 'badge:04a2b3c4d5e6f6 emil\n', 'token', 'import', '-');
  t.regex(piped.stdout, /^1 added/);
});

test('terminals: every verb, and a code that lets one in', async (t) => {
  await using rig = await Rig.open();
  const { terminals, enrolments } = rig.registry;
  await terminals.announce({ name: 'hall', fingerprint: HALL });
  t.regex(
    (await wradm(rig, 'terminal', 'list', '--state', 'pending')).stdout,
    /^hall +a0a0( a0a0){7} +pending +192\S+ +c0ffee\S+ +now$/m,
  );
  t.regex((await wradm(rig, 'terminal', 'show', 'hall')).stdout, /^on its screen +(a0a0 ?){8}$/m);
  t.is((await json(rig, 'terminal', 'approve', 'ha')).state, 'approved');
  t.regex(
    (await wradm(rig, 'terminal', 'list')).stdout,
    /^hall +a0a0a0a0 +approved +192\.0\.2\.7 +c0ffee01-anna +now$/m,
  );
  t.is((await json(rig, 'terminal', 'show', 'hall')).online.address, '192.0.2.7');
  t.is((await json(rig, 'terminal', 'revoke', 'hall')).state, 'revoked');
  t.is((await json(rig, 'terminal', 'remove', 'hall')).removed, true);
  const { stdout } = await wradm(rig, 'terminal', 'enrol', 'room 4', '--valid', '2h');
  const [, code = ''] = /^(\w{4}-\w{4}-\w{4})\nfor one terminal, until /.exec(stdout) ?? [];
  t.regex((await wradm(rig, 'terminal', 'codes')).stdout, /^\w{4}-\.\. +room 4 /m);
  await enrolments.redeem(code, { name: 'x', fingerprint: HALL });
  t.is((await terminals.get('room 4'))?.state, 'approved');
  const second = await json(rig, 'terminal', 'enrol');
  t.is((await json(rig, 'terminal', 'cancel', second.code)).cancelled, true);
  t.is((await wradm(rig, 'terminal', 'enrol', '--valid', '99d')).status, 2);
});

test('who and policy', async (t) => {
  await using rig = await Rig.open();
  t.regex((await wradm(rig, 'who')).stdout, /^anna +hall +192\.0\.2\.7 +c0ffee01 +none /m);
  t.regex((await wradm(rig, 'policy', 'show')).stdout, /^idle\.afterMs {2}900000$/m);
  t.is((await json(rig, 'policy', 'show')).lockOnDetach, true);
});

test('the audit log is listed, searched and followed', async (t) => {
  await using rig = await Rig.open();
  const { events } = rig.registry;
  const lab = 'b0'.repeat(32);
  await rig.registry.terminals.announce({ name: 'lab', fingerprint: lab });
  await events.append([
    { kind: 'page-shown', terminal: lab, details: { code: 'WR-2-7QK1', why: 'not known' } },
    { kind: 'tick' },
  ]);
  const found = await wradm(rig, 'audit', 'code', 'wr 2 7qki');
  t.regex(
    found.stdout,
    / 1 \d{4}-\d\d-\d\d \S+ page-shown terminal=lab\s+code=WR-2-7QK1\s+why="not known"/,
  );
  t.false(found.stdout.includes('tick'));
  t.is((await json(rig, 'audit', 'list', '--limit', '1')).events[0].kind, 'tick');
  const tail = new Program(MAIN, [
    'audit',
    'tail',
    '--json',
    '--after',
    '1',
    '--socket',
    rig.socket,
  ]);
  await tail.says(/"kind":"tick".*\n/);
  await events.append([{ kind: 'session-moved', session: 's1', details: { by: 'me' } }]);
  const [line] = await tail.says(/.*session-moved.*\n/);
  t.like(JSON.parse(line), { id: 3, session: 's1', details: { by: 'me' } });
  t.is((await tail.stop('SIGINT')).signal, 'SIGINT');
});

test('a log that ends with its server is no success', async (t) => {
  const rig = await Rig.open();
  await rig.registry.events.append([{ kind: 'tick' }]);
  const tail = new Program(MAIN, ['audit', 'tail', '--after', '0', '--socket', rig.socket]);
  await tail.says(/tick/);
  await rig[Symbol.asyncDispose]();
  const { status, stderr } = await tail.ended;
  t.is(status, 5, stderr);
});

test('keys are made, listed and removed in a file, and open a server elsewhere', async (t) => {
  await using rig = await Rig.open({ network: true });
  const keys = ['--keys', rig.keyFile];
  const made = await run(['key', 'create', 'backup host', ...keys]);
  const key = made.stdout.trim();
  t.regex(key, /^wrk_[0-9a-f]{8}_[\w-]{43}$/);
  t.is(statSync(rig.keyFile).mode & 0o777, 0o600);
  t.false(readFileSync(rig.keyFile, 'utf8').includes(key));
  t.is((await run(['key', 'create', 'backup host', ...keys])).status, 6);
  const file = join(rig.folder.path, 'key');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  const url = `https://127.0.0.1:${rig.server.network?.port}`;
  const there = ['--url', url, '--key-file', file];
  const who = await run(['who', ...there, '--pin', rig.identity.fingerprint]);
  t.regex(who.stdout, /anna/, who.stderr);
  const trusting = await run(['who', ...there]);
  t.is(trusting.status, 5);
  t.regex(trusting.stderr, /give its fingerprint with --pin/);
  const pinned = await run(['who', ...there, '--pin', '0'.repeat(64)]);
  t.is(pinned.status, 5);
  t.regex(pinned.stderr, /another certificate than --pin/);
  t.is((await run(['who', ...there])).status, 5, 'no authority knows the certificate');
  t.regex(
    (await run(['key', 'list', ...keys])).stdout,
    new RegExp(`^${key.slice(4, 12)} +backup host`, 'm'),
  );
  chmodSync(file, 0o644);
  t.is((await run(['who', ...there, '--pin', rig.identity.fingerprint])).status, 1);
  chmodSync(file, 0o600);
  t.is((await run(['key', 'remove', key.slice(4, 12), ...keys])).status, 0);
  const removed = await run(['who', ...there, '--pin', rig.identity.fingerprint]);
  t.is(removed.status, 4);
});

test('several who make keys at once lose none', async (t) => {
  await using rig = await Rig.open();
  const names = Array.from({ length: 5 }, (_, i) => `k${i}`);
  const all = names.map((name) => run(['key', 'create', name, '--keys', rig.keyFile]));
  t.deepEqual(
    (await Promise.all(all)).map(({ status }) => status),
    [0, 0, 0, 0, 0],
  );
  const { stdout } = await run(['key', 'list', '--json', '--keys', rig.keyFile]);
  t.is(JSON.parse(stdout).keys.length, 5);
});

test('tables fit 80 columns, and strangers cannot command the terminal', async (t) => {
  const long = 'x'.repeat(90);
  const session = sessionView({ id: 'c0ffee01-anna', user: long, terminal: `${long}\u001b[31m` });
  await using rig = await Rig.open({ backend: new ScriptedBackend([session]) });
  rig.backend.online = [];
  await rig.registry.terminals.announce({ name: 'y'.repeat(128), fingerprint: HALL });
  await rig.registry.tokens.add(
    { kind: 'badge', id: '04a2b3c4d5e6f7' },
    { user: long, label: long },
  );
  for (const args of [['session', 'list'], ['who'], ['terminal', 'list'], ['token', 'list']]) {
    const { stdout, status } = await wradm(rig, ...args);
    t.is(status, 0);
    const widest = Math.max(...stdout.split('\n').map((line) => [...line].length));
    t.true(widest <= 80, `${args.join(' ')}: ${widest}`);
    t.false(stdout.includes('\u001b'));
  }
});

test('a token of a user whom the machine does not have is registered, with a warning', async (t) => {
  await using rig = await Rig.open();
  const stranger = await wradm(rig, 'token', 'add', 'badge:04a2b3c5', 'no-such-user');
  t.is(stranger.status, 0);
  t.is(stranger.stderr, 'wradm: warning: this machine has no user no-such-user\n');
  t.is((await wradm(rig, 'token', 'add', 'badge:04a2b3c6', 'nobody')).stderr, '');
  const list = 'badge:04a2b3c7 nobody\nbadge:04a2b3c8 no-such-user\nbadge:04a2b3c9 no-such-user\n';
  t.regex((await typed(rig, list, 'token', 'import', '-')).stderr, /no user no-such-user\n$/);
});
