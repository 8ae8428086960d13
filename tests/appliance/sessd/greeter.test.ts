import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import serialTest, { type TestFn } from 'ava';
import { peerOf } from '../../../native/process/index.ts';
import { eventually } from '../../helpers/eventually.ts';
import { lives } from '../../helpers/processes.ts';
import { repository } from '../../helpers/program.ts';
import { aboutOf, type Client, MODULE, Rig, reachesUsers, Users, uidOf } from './rig.ts';

const test: TestFn['serial'] = reachesUsers
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = reachesUsers ? '' : ' (skipped: needs root, and a checkout that other users can reach)';

const users = new Users();
let greeter = '';
serialTest.before(() => {
  if (reachesUsers) greeter = users.add('greet');
});
serialTest.after.always(() => users[Symbol.dispose]());

const CHANNEL = '/run/wayray/wrsrvd/greeter/0123456789abcdef';
/** Nothing that would let a greeter's user log in. */
const SERVICE = { 'wayray-greeter': 'auth required pam_deny.so' };

async function startRig(services: Record<string, string> = SERVICE, ...more: string[]) {
  return new Rig({ services, args: ['--greeter-user', greeter, ...more] }).start();
}

async function startGreeter(client: Client, id: string, channel = CHANNEL) {
  const size = { width: 640, height: 480 };
  client.send({ type: 'greeter_start', id, terminal: 't1', channel, size });
  return client.answer(['greeter_started', 'session_failed', 'refused'], id);
}

async function started(client: Client, id: string) {
  const answer = await startGreeter(client, id);
  if (answer.type !== 'greeter_started') throw new Error(JSON.stringify(answer));
  return answer;
}

const folders = (rig: Rig): string[] =>
  ['runtime', 'links', 'control'].flatMap((name) => {
    const path = join(rig.runDir, name);
    return existsSync(path) ? readdirSync(path) : [];
  });

for (const [title, more] of [
  ['in a cgroup', []],
  ['without cgroups', ['--test-without-cgroups']],
] as const) {
  test(`a greeter from start to end, ${title}${why}`, async (t) => {
    await using rig = await startRig(SERVICE, ...more);
    using client = await rig.client();
    const { session, uid, socket } = await started(client, 'g1');
    t.regex(session, /^greeter-[0-9a-f]{16}$/);
    t.is(uid, uidOf(greeter));
    const about = await aboutOf(socket);
    t.is(about.uid, uid);
    t.like(about.environment, {
      USER: greeter,
      WAYRAY_GREETER: '1',
      WAYRAY_GREETER_SOCKET: CHANNEL,
      XDG_SESSION_CLASS: 'greeter',
      XDG_RUNTIME_DIR: join(rig.runDir, `runtime/${session}`),
      WR_TEST_SESSION: 'open',
    });
    t.is(about.runtimeMode, 0o700);
    t.true(about.words.includes('--greeter'));
    t.regex(about.words.at(-1) ?? '', /^exec '.*node' .* '.*\/appliance\/greeter\/main\.js'$/);
    t.is(about.cgroup.includes(`/wayray/session-${session}`), title === 'in a cgroup');

    client.send({ type: 'sessions_requested' });
    t.like((await client.answer('sessions')).sessions[0], {
      session,
      user: greeter,
      greeter: true,
    });
    client.send({ type: 'unlock_requested', id: 'u', terminal: 't1', session });
    t.is((await client.answer('refused', 'u')).code, 'no-session');

    client.send({ type: 'session_logout', session, reason: 'logged in' });
    await client.answer('session_ended');
    t.false(lives(about.pid) || lives(about.strayPid));
    t.deepEqual(folders(rig), []);
    t.is(readFileSync(rig.marks, 'utf8'), `open ${greeter}\nclose ${greeter}\n`);
    t.like(
      rig.audit.find(({ event }) => event === 'greeter-requested'),
      { terminal: 't1', session },
    );
  });
}

test(`without a PAM service a greeter has no PAM session${why}`, async (t) => {
  await using rig = await startRig({});
  using client = await rig.client();
  const about = await aboutOf((await started(client, 'g1')).socket);
  t.is(about.environment['WR_TEST_SESSION'], undefined);
  t.is(about.uid, uidOf(greeter));
  t.false(existsSync(rig.marks));
});

test(`each greeter has folders of its own, and there is a bound${why}`, async (t) => {
  await using rig = await startRig(SERVICE, '--max-greeters', '2');
  using client = await rig.client();
  const answers = await Promise.all(['a', 'b', 'c'].map((id) => startGreeter(client, id)));
  t.deepEqual(answers.map(({ type }) => type).toSorted(), [
    'greeter_started',
    'greeter_started',
    'refused',
  ]);
  t.like(
    answers.find(({ type }) => type === 'refused'),
    { code: 'busy' },
  );
  t.is(readdirSync(join(rig.runDir, 'runtime')).length, 2);
});

test(`greeters end with the broker that has asked for them${why}`, async (t) => {
  await using rig = await startRig();
  using other = await rig.client();
  const client = await rig.client();
  const { pid } = await started(client, 'a');
  // This one is still being started when the broker goes.
  client.send({ type: 'greeter_start', id: 'b', terminal: 't2', channel: CHANNEL });
  await eventually(() =>
    assert.equal(rig.audit.filter(({ event }) => event === 'greeter-requested').length, 2),
  );
  client[Symbol.dispose]();
  await other.answer('session_ended');
  await other.answer('session_ended');
  t.false(lives(pid));
  t.deepEqual(folders(rig), []);
});

test(`a greeter that does not start says why${why}`, async (t) => {
  const service = `session required ${MODULE} session=deny`;
  await using rig = await startRig({ 'wayray-greeter': service.replace(MODULE, 'pam_deny.so') });
  using client = await rig.client();
  const answer = await startGreeter(client, 'g1');
  t.like(answer, { type: 'session_failed', message: 'openSession: PAM_SESSION_ERR' });
  t.deepEqual(folders(rig), []);
  const none = new Rig({ services: SERVICE, args: ['--greeter-user', 'no-such-user'] });
  await using other = await none.start();
  using broker = await other.client();
  t.like(await startGreeter(broker, 'g1'), { message: 'there is no user no-such-user' });
});

test(`the real wrcomp starts the login program${why}`, async (t) => {
  const program = join(repository, 'appliance/session/main.js');
  const login = join(repository, 'tests/appliance/sessd/greeter-stand-in.js');
  await using rig = await startRig(SERVICE, '--test-program', program, '--test-greeter', login);
  using client = await rig.client();
  const channel = join(rig.folder.path, 'channel');
  const server = createServer();
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(channel, resolve));
  chmodSync(channel, 0o666);
  const [[socket], answer] = await Promise.all([
    once(server, 'connection') as Promise<[Socket]>,
    startGreeter(client, 'g1', channel),
  ]);
  t.is(answer.type, 'greeter_started');
  // What greeters have in common is their user: none may look into another, where passwords are typed.
  if (answer.type === 'greeter_started')
    t.is(statSync(`/proc/${answer.pid}/environ`).uid, 0, 'its memory is open to its user');
  t.is(peerOf(socket).uid, uidOf(greeter));
  const [about] = (await once(socket, 'data')) as [Buffer];
  t.like(JSON.parse(about.toString()), { uid: uidOf(greeter), WAYRAY_GREETER: '1' });
  const closed = once(socket.resume(), 'close');
  if (answer.type === 'greeter_started')
    client.send({ type: 'session_logout', session: answer.session, reason: 'logged in' });
  await client.answer('session_ended');
  await closed;
  t.deepEqual(folders(rig), []);
});
