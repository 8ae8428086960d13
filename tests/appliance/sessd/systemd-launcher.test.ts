import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import serialTest, { type TestFn } from 'ava';
import { LaunchError } from '../../../appliance/sessd/launch/launcher.ts';
import { SystemdLauncher } from '../../../appliance/sessd/launch/systemd.ts';
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
    const launch = { session: 'u1', account, pamEnvironment: {}, size: { width: 1, height: 1 } };
    if (!works) {
      await t.throwsAsync(launcher.launch(launch), {
        instanceOf: LaunchError,
        message: /no screen; its log is journalctl -u wayray-session-u1.service/,
      });
    } else {
      const launched = await launcher.launch(launch);
      t.is(statSync(launched.socket).uid, uidOf('nobody'));
      const about = await aboutOf(launched.socket);
      process.kill(about.strayPid, 'SIGKILL');
      t.is(about.uid, account.uid);
      t.is(about.pid, launched.pid);
      await launched.end();
      t.is(await launched.ended, 'ended');
      t.false(lives(about.pid));
    }
    t.false(existsSync(join(runDir, 'links/u1')));
    t.deepEqual(readdirSync(join(runDir, 'links')), []);
  });
}
