import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import serialTest, { type TestFn } from 'ava';
import { SystemdLauncher } from '../../../appliance/sessd/launch/systemd.ts';
import {
  type PamProcess,
  pamSpawner,
  type SpawnPam,
  type Told,
} from '../../../appliance/sessd/login/pam-process.ts';
import { Channel } from '../../../appliance/wire/channel.ts';
import { findAccount } from '../../../native/process/index.ts';
import { lives } from '../../helpers/processes.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { aboutOf, reachesUsers, STAND_IN, Users, uidOf } from './rig.ts';

const test: TestFn['serial'] = reachesUsers
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = reachesUsers ? '' : ' (skipped: needs root, and a checkout that other users can reach)';

/**
 * Programs that take the place of systemd's: they do with the unit's words what systemd would, as far as the launcher
 * sees it. Whether systemd takes the properties is not shown by this.
 */
function standIns(folder: string, extra: string): void {
  const run = `#!${process.execPath}
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const words = process.argv.slice(2);
const property = (name) => words.find((w) => w.startsWith('--property=' + name + '=')).split('=')[2];
const command = words.slice(words.indexOf('--') + 1).map((w) => w.replaceAll('$$', '$'));
const ids = ['--reuid', property('User'), '--regid', property('Group'), '--clear-groups', '--'];
const env = { PATH: process.env.PATH, HOME: '/', XDG_RUNTIME_DIR: '/'${extra} };
const child = spawn('setpriv', [...ids, ...command], { stdio: 'inherit', env });
writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(child.pid));
child.on('exit', (status) => process.exit(status ?? 1));
`;
  const control = `#!/bin/sh
case "$*" in *show*) cat ${folder}/pid ;; *stop*) kill "$(cat ${folder}/pid)" ;; esac
`;
  for (const [name, text] of Object.entries({ 'systemd-run': run, systemctl: control })) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
}

/** A process of a login, and its first report. */
class Login {
  readonly process: PamProcess;
  readonly #report = Promise.withResolvers<Told>();

  constructor(spawn: SpawnPam) {
    this.process = spawn({
      onReport: this.#report.resolve,
      onGone: (reason) => this.#report.reject(new Error(reason)),
    });
  }

  report(): Promise<Told> {
    return this.#report.promise;
  }

  [Symbol.dispose](): void {
    this.process.kill();
  }
}

/** Ends the session of a control socket. @returns the reason that it tells */
function endOf(path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const channel = new Channel(connect(path), {
    onFrame: ({ head }) => {
      const { type, reason } = head as { type: string; reason?: string };
      if (type === 'session') channel.send({ type: 'end', reason: 'test' });
      else resolve(reason ?? '');
    },
    onClose: () => reject(new Error('it says nothing of its end')),
  });
  return promise;
}

for (const [title, extra, works] of [
  ['a unit from start to end', '', true],
  ['a unit that does not start', ", WR_TEST_REFUSE: 'early'", false],
] as const) {
  test(`${title}, with stand-ins for systemd${why}`, async (t) => {
    using users = new Users();
    using scratch = scratchFolder();
    chmodSync(scratch.path, 0o711);
    const user = users.add('unit');
    const account = findAccount(user);
    if (!account) return t.fail();
    standIns(scratch.path, extra);
    const path = process.env['PATH'];
    process.env['PATH'] = `${scratch.path}:${path}`;
    t.teardown(() => {
      process.env['PATH'] = path;
    });
    const runDir = join(scratch.path, 'run');
    mkdirSync(runDir, { mode: 0o711 });
    const launcher = new SystemdLauncher({
      places: { runDir, logDir: scratch.path },
      brokerUid: uidOf('nobody'),
      exec: null,
      systemConfig: '/etc/wayray',
      limits: {},
      pamService: 'wayray',
      readyTimeoutMs: 10_000,
      endTimeoutMs: 5000,
      warn: t.log,
      program: STAND_IN,
      booted: '/',
    });
    mkdirSync(join(runDir, 'control'), { mode: 0o700 });
    using login = new Login(pamSpawner(launcher, { runDir, logDir: scratch.path }));
    login.process.send({ type: 'greet', session: 'u1', user, channel: '/run/none' });
    const report = await login.report();
    if (!works) {
      t.is(report.type, 'start_failed');
      t.regex(
        JSON.stringify(report),
        /no screen; its log is journalctl -u wayray-session-u1.service/,
      );
    } else {
      if (report.type !== 'started') return t.fail(JSON.stringify(report));
      t.is(statSync(report.socket).uid, uidOf('nobody'));
      const about = await aboutOf(report.socket);
      process.kill(about.strayPid, 'SIGKILL');
      t.is(about.uid, account.uid);
      t.is(about.pid, report.pid);
      t.is(await endOf(join(runDir, 'control/u1.sock')), 'ended');
      t.false(lives(about.pid));
    }
    t.false(existsSync(join(runDir, 'links/u1')));
    t.deepEqual(readdirSync(join(runDir, 'links')), []);
  });
}
