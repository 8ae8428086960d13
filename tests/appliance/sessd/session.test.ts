import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import serialTest, { type TestFn } from 'ava';
import { findAccount } from '../../../native/process/index.ts';
import { eventually } from '../../helpers/eventually.ts';
import { killAll, lives, processesWith } from '../../helpers/processes.ts';
import { repository } from '../../helpers/program.ts';
import { aboutOf, childrenOf, MODULE, PASSWORD, Rig, reachesUsers, Users, uidOf } from './rig.ts';

const test: TestFn['serial'] = reachesUsers
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = reachesUsers ? '' : ' (skipped: needs root, and a checkout that other users can reach)';
const run = promisify(execFile);

const users = new Users();
let user = '';
serialTest.before(() => {
  if (reachesUsers) user = users.add('own', ['usermod', '--append', '--groups', 'video,audio']);
});
serialTest.after.always(() => users[Symbol.dispose]());

/** Cgroups are the machine's: another run of the tests may be under way. */
const named = (number: number): string => `s${number}-${process.pid}`;

const folders = (rig: Rig): string[] =>
  ['runtime', 'links', 'control'].flatMap((name) => {
    const path = join(rig.runDir, name);
    return existsSync(path) ? readdirSync(path) : [];
  });

/** Whether a user gets a connection (which the other end closes) or what is in the way. */
async function connectAs(name: string, socket: string): Promise<string> {
  const program = `require('net').connect(${JSON.stringify(socket)})
    .on('error', (e) => { console.log(e.code === 'EACCES' ? e.code : 'closed'); process.exit() })
    .on('close', () => { console.log('closed'); process.exit() })
    .resume()
    .write('x')`;
  const as = [`--reuid=${name}`, '--clear-groups', '--', process.execPath, '-e', program];
  return (await run('setpriv', as)).stdout.trim();
}

const marksOf = (rig: Rig): string[] => readFileSync(rig.marks, 'utf8').split('\n').filter(Boolean);

for (const [title, args] of [
  ['in a cgroup', []],
  ['without cgroups', ['--test-without-cgroups']],
] as const) {
  test(`a session from login to logout, ${title}${why}`, async (t) => {
    await using rig = await new Rig({ args }).start();
    using client = await rig.client();
    const started = await client.startSession('a', user, named(1));
    const uid = uidOf(user);
    t.like(started, { session: named(1), user, uid });

    const about = await aboutOf(started.socket);
    t.is(about.uid, uid);
    t.is(about.gid, findAccount(user)?.gid ?? -1);
    const names = (await run('id', ['-Gn', user])).stdout.trim().split(' ');
    t.true(names.includes('video') && names.includes('audio'));
    const groups = (await run('id', ['-G', user])).stdout.trim().split(' ').map(Number);
    t.deepEqual(about.groups.toSorted(), groups.toSorted());
    t.is(about.cwd, `/home/${user}`);
    if (existsSync('/proc/self/loginuid'))
      t.is(readFileSync(`/proc/${about.pid}/loginuid`, 'utf8'), `${uid}`);
    t.is(about.runtimeMode, 0o700);
    t.is(about.runtimeUid, uid);
    t.like(about.environment, {
      HOME: `/home/${user}`,
      USER: user,
      SHELL: '/bin/sh',
      WR_TEST_CREDENTIALS: 'yes',
      WR_TEST_SESSION: 'open',
      XDG_RUNTIME_DIR: join(rig.runDir, `runtime/${named(1)}`),
    });
    t.is(about.environment['WAYRAY_ADDONS'], undefined);
    t.deepEqual(about.words.slice(4), [
      ...['--size', '800x600', '--broker-locks', '--system-config', '/etc/wayray'],
      ...['--application-log', `/home/${user}/.local/state/wayray/applications/`],
    ]);
    t.is(about.environment['WAYRAY_SESSION'], undefined);
    t.is(about.cgroup.includes(`/wayray/session-${named(1)}`), title === 'in a cgroup');
    t.deepEqual(marksOf(rig), [`open ${user}`]);
    t.is(await connectAs('nobody', started.socket), 'closed');
    t.is(await connectAs(user, started.socket), 'EACCES');

    client.send({ type: 'session_logout', session: named(1), reason: 'logout' });
    t.is((await client.answer('session_ended')).reason, 'ended');
    t.false(lives(about.pid));
    t.false(lives(about.strayPid));
    t.deepEqual(folders(rig), []);
    t.deepEqual(marksOf(rig), [`open ${user}`, `close ${user}`]);
    t.deepEqual(rig.audit.map(({ event }) => event).slice(-2), [
      'session-started',
      'session-ended',
    ]);
  });

  test(`kill -9 of a session's own process leaves nothing of it, ${title}${why}`, async (t) => {
    await using rig = await new Rig({ args }).start();
    using client = await rig.client();
    const started = await client.startSession('a', user, named(2));
    const about = await aboutOf(started.socket);
    killAll(childrenOf(rig.program.process.pid ?? 0));
    t.is((await client.answer('session_ended')).reason, 'its process has gone');
    await eventually(() => assert(!lives(about.pid) && !lives(about.strayPid)));
    t.deepEqual(folders(rig), []);
  });
}

test(`a session outlives kill -9 of wrsessd, and is found and ended by the next${why}`, async (t) => {
  await using rig = await new Rig().start();
  const first = await rig.client();
  const started = await first.startSession('a', user, named(3));
  const about = await aboutOf(started.socket);
  await rig.kill();
  t.true(lives(about.pid));

  await rig.start();
  using client = await rig.client();
  client.send({ type: 'sessions_requested' });
  const { sessions } = await client.answer('sessions');
  t.like(sessions[0], {
    session: named(3),
    user,
    pid: started.pid,
    socket: started.socket,
    greeter: false,
  });
  t.is((await aboutOf(started.socket)).pid, about.pid);
  client.send({ type: 'session_logout', session: named(3), reason: 'logout' });
  await client.answer('session_ended');
  t.false(lives(about.pid));
  t.deepEqual(folders(rig), []);
});

test(`wrsessd ends at once when it is told to, and its sessions stay${why}`, async (t) => {
  await using rig = await new Rig().start();
  const first = await rig.client();
  const about = await aboutOf((await first.startSession('a', user, named(10))).socket);
  rig.program.process.kill('SIGTERM');
  await eventually(() => assert(!rig.program.running));
  t.is(rig.program.process.exitCode, 0);
  t.true(lives(about.pid));
  await rig.start();
});

test(`what ended while wrsessd was away is cleared away${why}`, async (t) => {
  await using rig = await new Rig().start();
  const first = await rig.client();
  const started = await first.startSession('a', user, named(4));
  const about = await aboutOf(started.socket);
  const [own = 0] = childrenOf(rig.program.process.pid ?? 0);
  await rig.kill();
  process.kill(own, 'SIGKILL');
  await rig.start();
  t.false(lives(about.pid));
  await eventually(() => assert.deepEqual(folders(rig), []));
  t.pass();
});

test(`a session whose wrcomp is killed ends, with all that ran in it${why}`, async (t) => {
  await using rig = await new Rig().start();
  using client = await rig.client();
  const about = await aboutOf((await client.startSession('a', user, named(5))).socket);
  process.kill(about.pid, 'SIGKILL');
  t.is((await client.answer('session_ended')).reason, 'SIGKILL');
  t.false(lives(about.strayPid));
  t.deepEqual(marksOf(rig), [`open ${user}`, `close ${user}`]);
});

test(`a session that does not start leaves nothing${why}`, async (t) => {
  const broken = `auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_env.so`;
  await using rig = new Rig({
    services: { wayray: `${broken} conffile=/dev/null envfile=ENVFILE` },
  });
  const service = join(rig.folder.path, 'pam/wayray');
  const environment = join(rig.folder.path, 'environment');
  writeFileSync(service, readFileSync(service, 'utf8').replace('ENVFILE', environment));
  writeFileSync(environment, 'WR_TEST_REFUSE=late\n');
  await rig.start();
  using client = await rig.client();
  await t.throwsAsync(client.startSession('a', user, named(6)), {
    message: /wrcomp does not start: no screen/,
  });
  t.deepEqual(folders(rig), []);
  t.deepEqual(marksOf(rig), [`open ${user}`, `close ${user}`]);
  t.deepEqual(processesWith(`/links/${named(6)}/`), []);
});

test(`modules that want too many variables are told of${why}`, async (t) => {
  const plain = 'auth required pam_unix.so\naccount required pam_unix.so';
  await using rig = new Rig({
    services: {
      wayray: `${plain}\nsession required pam_env.so conffile=/dev/null envfile=ENVFILE`,
    },
  });
  const service = join(rig.folder.path, 'pam/wayray');
  const environment = join(rig.folder.path, 'environment');
  writeFileSync(service, readFileSync(service, 'utf8').replace('ENVFILE', environment));
  writeFileSync(environment, Array.from({ length: 1100 }, (_, i) => `WR_${i}=x\n`).join(''));
  await rig.start();
  using client = await rig.client();
  await t.throwsAsync(client.startSession('a', user, named(11)), {
    message: /PAM modules want \d+ environment variables; 1000 are taken at most/,
  });
  t.deepEqual(folders(rig), []);
});

test(`what an earlier wrsessd has left is cleared away${why}`, async (t) => {
  await using rig = await new Rig().start();
  await rig.kill();
  for (const name of ['links', 'runtime']) {
    const folder = join(rig.runDir, name, named(12));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    chownSync(folder, uidOf(user), 0);
  }
  await rig.start();
  t.deepEqual(folders(rig), []);
});

test(`what is being prepared is safe from a second wrsessd${why}`, async (t) => {
  await using rig = await new Rig().start();
  const first = rig.program;
  mkdirSync(join(rig.runDir, 'links', named(13)), { recursive: true });
  const second = rig.start().finally(() => {
    rig.program = first;
  });
  await t.throwsAsync(second, { message: /another wrsessd serves it/ });
  t.deepEqual(folders(rig), [named(13)]);
});

test(`unlocking is for the session's user alone${why}`, async (t) => {
  await using rig = await new Rig().start();
  using client = await rig.client();
  await client.startSession('a', user, named(7));
  client.send({ type: 'unlock_requested', id: 'u1', terminal: 't2', session: named(7) });
  await client.reply('u1', 'wrong');
  t.is((await client.answer('authentication_failed', 'u1')).code, 'failed');
  client.send({ type: 'unlock_requested', id: 'u2', terminal: 't2', session: named(7) });
  await client.reply('u2', PASSWORD);
  t.is((await client.answer('unlock_authenticated', 'u2')).session, named(7));
  client.send({ type: 'unlock_requested', id: 'u3', terminal: 't2', session: 'other' });
  t.is((await client.answer('refused', 'u3')).code, 'no-session');
  // An id that is in use is not given a second time.
  await client.logIn('b', user);
  client.send({ type: 'session_start', id: 'b', session: named(7) });
  t.is((await client.answer('refused', 'b')).code, 'taken');
  client.send({ type: 'authentication_cancelled', id: 'b' });
  await client.answer('authentication_failed', 'b');
});

test(`other users are not let in, whatever the socket's mode${why}`, async (t) => {
  await using rig = await new Rig().start();
  t.is(await connectAs(user, rig.socket), 'EACCES');
  chmodSync(rig.socket, 0o666);
  t.is(await connectAs(user, rig.socket), 'closed');
  t.like(rig.audit.at(-1), { event: 'peer-denied', uid: uidOf(user) });
});

test(`a user's variables do not reach what runs as root${why}`, async (t) => {
  await using rig = new Rig();
  const evil = join(rig.folder.path, 'evil');
  const service = join(rig.folder.path, 'pam/wayray');
  const text = readFileSync(service, 'utf8');
  const environment = join(rig.folder.path, 'environment');
  writeFileSync(environment, `LD_PRELOAD=${evil}\nHOME=/root\nODD=it's $(touch ${evil})\n`);
  const line = `session required pam_env.so conffile=/dev/null envfile=${environment}`;
  writeFileSync(service, `${text}${line}\n`);
  await rig.start();
  using client = await rig.client();
  const about = await aboutOf((await client.startSession('a', user, named(8))).socket);
  t.is(about.environment['LD_PRELOAD'], evil);
  t.is(about.environment['HOME'], `/home/${user}`);
  t.is(about.environment['ODD'], `it's $(touch ${evil})`);
  t.false(existsSync(evil));
  t.true(MODULE.startsWith(repository));
  const log = readFileSync(join(rig.folder.path, `log/sessions/${named(8)}.log`), 'utf8');
  // The loader complains in the user's shell and in wrcomp, never in setpriv.
  t.false(/setpriv/.test(log));
});

test(`the real wrcomp${why}`, async (t) => {
  const program = join(repository, 'appliance/session/main.js');
  await using rig = await new Rig({ args: ['--test-program', program] }).start();
  using client = await rig.client();
  const started = await client.startSession('a', user, named(9));
  t.true(statSync(started.socket).isSocket());
  t.true(existsSync(join(rig.runDir, `runtime/${named(9)}/wayland-0`)));
  client.send({ type: 'session_logout', session: named(9), reason: 'logout' });
  t.is((await client.answer('session_ended')).reason, 'ended');
  t.deepEqual(folders(rig), []);
});
