import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import serialTest, { type TestFn } from 'ava';
import {
  endSessionProcesses,
  SESSION_MARK,
  sessionMark,
  sessionProcesses,
} from '../../../appliance/session-processes.ts';
import { eventually } from '../../helpers/eventually.ts';
import { commandOf, killAll, lives, processesWith } from '../../helpers/processes.ts';
import { repository } from '../../helpers/program.ts';
import { Rig, reachesUsers, Users, uidOf } from './rig.ts';

const test: TestFn['serial'] = reachesUsers
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = reachesUsers ? '' : ' (skipped: needs root, and a checkout that other users can reach)';

const users = new Users();
let user = '';
serialTest.before(() => {
  if (reachesUsers) user = users.add('crash');
});
serialTest.after.always(() => users[Symbol.dispose]());

/** Of the user: with this as its parameter, however it has come to run. */
const sleeping = (seconds: string): number[] =>
  processesWith(`sleep\0${seconds}`).filter(
    (pid) =>
      lives(pid) &&
      commandOf(pid).startsWith('sleep\0') &&
      new RegExp(`^Uid:\\t${uidOf(user)}\\t`, 'm').test(
        readFileSync(`/proc/${pid}/status`, 'utf8'),
      ),
  );

/** In order: an application, one that got away from its parent, one that also forgot its environment. */
const applications = (seconds: string): string =>
  [
    `sleep ${seconds} &`,
    `setsid -f sleep ${seconds};`,
    `setsid -f env -i sleep ${seconds};`,
    'wait',
  ].join(' ');

for (const [title, args] of [
  ['in a cgroup', []],
  ['without cgroups', ['--test-without-cgroups']],
] as const) {
  test(`kill -9 of the real wrcomp leaves nothing of its session, ${title}${why}`, async (t) => {
    const seconds = `1${process.pid}.${args.length}`;
    const program = join(repository, 'appliance/session/main.js');
    const more = ['--test-program', program, '--exec', applications(seconds)];
    await using rig = await new Rig({ args: [...args, ...more] }).start();
    using client = await rig.client();
    const session = `c${args.length}-${process.pid}`;
    const started = await client.startSession('a', user, session);
    t.teardown(() => killAll(sleeping(seconds)));
    await eventually(() => assert.equal(sleeping(seconds).length, 3));
    process.kill(started.pid, 'SIGKILL');
    t.is((await client.answer('session_ended')).reason, 'SIGKILL');
    t.deepEqual(sleeping(seconds), []);
    t.deepEqual(processesWith(`/links/${session}/`), []);
    for (const name of ['runtime', 'links', 'control'])
      t.deepEqual(readdirSync(join(rig.runDir, name)), []);
    t.false(existsSync(join(rig.runDir, `links/${session}`)));
  });
}

test(`a process of another user that bears the mark is left alone${why}`, async (t) => {
  const mark = sessionMark(join(repository, `none-${process.pid}`));
  const child = spawn('sleep', ['1000'], { env: { ...process.env, [SESSION_MARK]: mark } });
  t.teardown(() => child.kill('SIGKILL'));
  await eventually(() =>
    assert.deepEqual(sessionProcesses(mark, 0).includes(child.pid ?? 0), true),
  );
  t.is(await endSessionProcesses(mark, uidOf(user)), 0);
  t.true(lives(child.pid ?? 0));
});

test(`within a PID namespace, started from outside of it, the marked one is found and none else${why}`, (t) => {
  const mark = sessionMark(join(repository, `inside-${process.pid}`));
  const program = join(repository, 'appliance/session-processes.ts');
  const code = `
    const { sessionProcesses } = await import(${JSON.stringify(program)});
    const { spawn } = await import('node:child_process');
    const start = (env) => spawn('sleep', ['1000'], { env: { ...process.env, ...env } });
    const marked = start({ ${SESSION_MARK}: ${JSON.stringify(mark)} });
    start({});
    const found = sessionProcesses(${JSON.stringify(mark)}, 0);
    console.log(JSON.stringify({ found, marked: marked.pid }));
    process.exit();`;
  const isolated = ['--pid', '--fork', '--kill-child', '--mount-proc'];
  const { stdout, stderr } = spawnSync(
    'unshare',
    [...isolated, process.execPath, '--input-type=module', '-e', code],
    { encoding: 'utf8', timeout: 20_000 },
  );
  t.regex(stdout, /marked/, stderr);
  const { found, marked } = JSON.parse(stdout) as { found: number[]; marked: number };
  t.deepEqual(found, [marked]);
});
