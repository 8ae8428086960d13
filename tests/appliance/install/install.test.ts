import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import serialTest, { type TestFn } from 'ava';
import { loadServerConfig } from '../../../appliance/broker/config/config.ts';
import { DEFAULT_CONFIG } from '../../../appliance/sessd/config/config.ts';
import { loadConfig } from '../../../appliance/sessd/config/load.ts';
import { loadSessionConfig } from '../../../appliance/session/config/load.ts';
import { repository } from '../../helpers/program.ts';
import { type Scratch, scratchFolder } from '../../helpers/scratch.ts';
import { aboutOf, Rig, reachesUsers, Users } from '../sessd/rig.ts';

const INSTALL = join(repository, 'appliance/install');
const SCRIPT = join(INSTALL, 'install.sh');
const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const able = reachesUsers && has('systemd-sysusers') && has('systemd-tmpfiles');
const test: TestFn['serial'] = able
  ? serialTest.serial
  : (serialTest.serial.skip as unknown as TestFn['serial']);
const why = able ? '' : ' (skipped: needs root, systemd-sysusers, and a checkout others can reach)';
const run = promisify(execFile);

interface Ran {
  readonly status: number;
  readonly stderr: string;
}

async function install(script: string, ...args: string[]): Promise<Ran> {
  try {
    return { status: 0, stderr: (await run('sh', [script, ...args])).stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { status: code, stderr };
  }
}

let root: Scratch;
let first: Ran;
serialTest.before(async () => {
  root = scratchFolder();
  if (able) first = await install(SCRIPT, '--root', root.path);
});
serialTest.after.always(() => root[Symbol.dispose]());

/** Path, mode, owner and content of all that is in a folder, but the lock of the user database. */
function everythingIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const about = paths
    .filter((path) => path !== 'etc/.pwd.lock')
    .map((path) => {
      const full = join(folder, path);
      const found = lstatSync(full);
      const content = found.isSymbolicLink()
        ? readlinkSync(full)
        : found.isFile()
          ? readFileSync(full, 'utf8')
          : '';
      return [path, `${found.mode.toString(8)} ${found.uid}:${found.gid} ${content}`];
    });
  return Object.fromEntries(about) as Record<string, string>;
}

test(`what is installed, and a second time the same${why}`, async (t) => {
  t.is(first.status, 0, first.stderr);
  const before = everythingIn(root.path);
  for (const path of [
    ...['wrsrvd', 'wrsessd', 'wradm', 'wrsession', 'wrclient'].map(
      (name) => `usr/local/bin/${name}`,
    ),
    ...['wrsrvd', 'wrsessd'].map((name) => `usr/local/lib/systemd/system/${name}.service`),
    ...['wayray', 'wayray-unlock', 'wayray-greeter'].map((name) => `etc/pam.d/${name}`),
    ...['wrsrvd', 'wrsessd', 'session'].map((name) => `etc/wayray/${name}.toml`),
    'usr/local/lib/sysusers.d/wayray.conf',
    'usr/local/lib/tmpfiles.d/wayray.conf',
    'usr/local/lib/modules-load.d/wayray.conf',
    'usr/local/lib/sysctl.d/wayray.conf',
    'usr/local/share/wayray/wayray-card.example',
    'etc/logrotate.d/wayray',
  ]) {
    const mode = path.startsWith('usr/local/bin') ? '100755 0:0' : '100644 0:0';
    t.true(before[path]?.startsWith(mode), `${path}: ${before[path]?.slice(0, 20)}`);
    t.false(before[path]?.includes('@PROGRAM_DIR@'));
  }
  t.false(existsSync(join(root.path, 'etc/pam.d/wayray-card')));

  const again = await install(SCRIPT, '--root', root.path);
  t.is(again.status, 0);
  t.false(again.stderr.includes('is kept'));
  t.deepEqual(everythingIn(root.path), before);
});

test(`users, groups and folders${why}`, (t) => {
  const users = readFileSync(join(root.path, 'etc/passwd'), 'utf8');
  const uidOf = (name: string): number =>
    Number(new RegExp(`^${name}:[^:]*:(\\d+):`, 'm').exec(users)?.[1]);
  t.true(uidOf('wayray') > 0 && uidOf('wayray') < 1000);
  t.true(uidOf('wayray-greeter') > 0 && uidOf('wayray-greeter') < 1000);
  t.regex(readFileSync(join(root.path, 'etc/group'), 'utf8'), /^wayray-admin:[^:]*:\d+:wayray$/m);
  t.regex(readFileSync(join(root.path, 'etc/shadow'), 'utf8'), /^wayray-greeter:!\*?:/m);
  for (const [path, mode, user] of [
    ['run/wayray', 0o755, 0],
    ['run/wayray/wrsrvd', 0o711, uidOf('wayray')],
    ['run/wayray/sessd', 0o711, 0],
    ['var/lib/wayray', 0o700, uidOf('wayray')],
    ['var/lib/wayray-greeter', 0o700, uidOf('wayray-greeter')],
    ['var/log/wayray', 0o700, 0],
  ] as const) {
    const found = lstatSync(join(root.path, path));
    t.deepEqual([path, found.mode & 0o7777, found.uid], [path, mode, user]);
  }
});

test(`what an administrator has changed stays${why}`, async (t) => {
  const [pam, settings] = ['etc/pam.d/wayray', 'etc/wayray/wrsrvd.toml'].map((path) =>
    join(root.path, path),
  ) as [string, string];
  const before = readFileSync(pam, 'utf8');
  writeFileSync(pam, '# ours\n');
  writeFileSync(settings, 'log-level = "debug"\n');
  const { status, stderr } = await install(SCRIPT, '--root', root.path);
  t.is(status, 0);
  t.regex(stderr, /\/etc\/pam\.d\/wayray is kept as it is; what comes with this version is \//);
  t.is(readFileSync(pam, 'utf8'), '# ours\n');
  t.is(readFileSync(settings, 'utf8'), 'log-level = "debug"\n');
  writeFileSync(pam, before);
});

test(`the commands run with the checkout's own Node${why}`, async (t) => {
  for (const name of ['wrsessd', 'wrsrvd', 'wradm', 'wrsession', 'wrclient']) {
    const command = join(root.path, 'usr/local/bin', name);
    const { stdout } = await run(command, ['--help'], { env: { PATH: '/usr/bin:/bin' } });
    t.regex(stdout, new RegExp(`^Usage: ${name}`));
  }
  const file = join(root.path, 'etc/wayray/wrsessd.toml');
  const check = ['config', 'check', '--config', file];
  const { stdout } = await run(join(root.path, 'usr/local/bin/wrsessd'), check);
  t.is(stdout, `${file}: correct\n`);
});

serialTest(
  'the settings that come along are right, and what is commented out is the default',
  (t) => {
    using scratch = scratchFolder();
    for (const uncomment of [false, true]) {
      for (const name of ['wrsessd', 'wrsrvd', 'session']) {
        const text = readFileSync(join(INSTALL, `etc/${name}.toml`), 'utf8');
        const said = uncomment ? text.replaceAll(/^#(?=\S)/gm, '') : text;
        writeFileSync(join(scratch.path, `${name}.toml`), said, { mode: 0o600 });
      }
      t.deepEqual(
        loadConfig({ config: join(scratch.path, 'wrsessd.toml') }).config,
        DEFAULT_CONFIG,
      );
      const empty = join(scratch.path, 'empty.toml');
      writeFileSync(empty, '');
      const server = loadServerConfig(join(scratch.path, 'wrsrvd.toml'));
      t.deepEqual(server, loadServerConfig(empty));
      const nowhere = '/nowhere';
      t.deepEqual(
        loadSessionConfig({ system: scratch.path, user: nowhere }),
        loadSessionConfig({ system: nowhere, user: nowhere }),
      );
    }
  },
);

test(`systemd takes the units${why}`, async (t) => {
  if (!has('systemd-analyze')) return t.pass('no systemd-analyze here');
  using scratch = scratchFolder();
  const units = ['wrsrvd', 'wrsessd'].map((name) => {
    const installed = join(root.path, `usr/local/lib/systemd/system/${name}.service`);
    const unit = join(scratch.path, `${name}.service`);
    // systemd-analyze looks for the commands on this machine.
    const text = readFileSync(installed, 'utf8');
    writeFileSync(unit, text.replace('=/usr/local/bin/', `=${root.path}/usr/local/bin/`));
    return unit;
  });
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units]);
  t.notRegex(stdout + stderr, /wrs(rvd|essd)\.service/);
});

test(`a checkout within the image is named as the image will see it${why}`, async (t) => {
  using image = scratchFolder();
  chmodSync(image.path, 0o755);
  const checkout = join(image.path, 'opt/wayray');
  cpSync(INSTALL, join(checkout, 'appliance/install'), { recursive: true });
  for (const main of ['broker', 'sessd', 'admin'].map((name) => `appliance/${name}/main.js`)) {
    mkdirSync(join(checkout, main, '..'), { recursive: true });
    writeFileSync(join(checkout, main), '#!/usr/bin/env -S node --flag=1\n');
  }
  mkdirSync(join(checkout, 'appliance/session'));
  mkdirSync(join(checkout, 'firmware'));
  for (const main of ['appliance/session/wrsession-main.js', 'firmware/main.js'])
    writeFileSync(join(checkout, main), '#!/usr/bin/env node\n');
  const script = join(checkout, 'appliance/install/install.sh');
  const { status, stderr } = await install(script, '--root', image.path);
  t.is(status, 0, stderr);
  const command = (name: string) => readFileSync(join(image.path, 'usr/local/bin', name), 'utf8');
  t.is(
    command('wrsrvd'),
    '#!/bin/sh\nexec /opt/wayray/node_modules/.bin/node --flag=1 /opt/wayray/appliance/broker/main.js "$@"\n',
  );
  t.is(
    command('wrclient'),
    '#!/bin/sh\nexec /opt/wayray/node_modules/.bin/node /opt/wayray/firmware/main.js "$@"\n',
  );
});

test(`a checkout that users cannot reach is refused, as are mistakes${why}`, async (t) => {
  using scratch = scratchFolder();
  const copy = join(scratch.path, 'home/appliance/install');
  cpSync(INSTALL, copy, { recursive: true });
  chmodSync(join(scratch.path, 'home'), 0o700);
  mkdirSync(join(scratch.path, 'root'));
  const closed = await install(join(copy, 'install.sh'), '--root', join(scratch.path, 'root'));
  t.is(closed.status, 1);
  t.regex(closed.stderr, /home: users of sessions cannot reach the program in it/);
  t.deepEqual(readdirSync(join(scratch.path, 'root')), []);
  t.like(await install(SCRIPT, '--rooot'), { status: 2 });
  t.like(await install(SCRIPT, '--root', join(scratch.path, 'none')), { status: 1 });
});

test(`the PAM services let people log in and greeters start${why}`, async (t) => {
  if (!existsSync('/etc/pam.d/common-auth')) return t.pass('not a Debian');
  using users = new Users();
  const [user, greeter] = [users.add('pam'), users.add('hi')];
  using pam = scratchFolder();
  for (const name of readdirSync('/etc/pam.d').filter((one) => one.startsWith('common-')))
    cpSync(join('/etc/pam.d', name), join(pam.path, name));
  cpSync(join(INSTALL, 'pam.d'), pam.path, { recursive: true });
  const args = ['--pam-confdir', pam.path, '--greeter-user', greeter];
  await using rig = await new Rig({ args }).start();
  using client = await rig.client();
  const session = `pam-${process.pid}`;
  const { socket } = await client.startSession('a', user, session);
  t.is((await aboutOf(socket)).environment['USER'], user);
  client.send({ type: 'unlock_requested', id: 'u', terminal: 't1', session });
  await client.reply('u', 'wrong');
  await client.answer('authentication_failed', 'u');
  client.send({ type: 'greeter_start', id: 'g', terminal: 't1', channel: '/run/none' });
  t.is((await client.answer(['greeter_started', 'session_failed'], 'g')).type, 'greeter_started');
});
