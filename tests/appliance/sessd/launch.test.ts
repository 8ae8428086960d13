import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { cgroupMount, openCgroups } from '../../../appliance/sessd/launch/cgroup.ts';
import { exportLines, sessionEnvironment } from '../../../appliance/sessd/launch/environment.ts';
import { LaunchError } from '../../../appliance/sessd/launch/launcher.ts';
import { SystemdLauncher } from '../../../appliance/sessd/launch/systemd.ts';
import { systemdRunArguments } from '../../../appliance/sessd/launch/systemd-request.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const account = { name: 'ada', uid: 1815, gid: 1852, home: '/home/ada', shell: '/bin/sh' };
const launch = {
  session: 's1',
  account,
  hasHome: true,
  pamEnvironment: { KRB5CCNAME: 'FILE:/tmp/k', 'BAD NAME': '1', HOME: '/root', X: 'a\0b' },
  size: { width: 800, height: 600 },
};

test('the exact unit that systemd is asked for', (t) => {
  const words = systemdRunArguments({
    launch,
    pamService: 'wayray',
    readyFifo: '/run/f',
    command: ['node', 'main.js', '--exec', 'echo $HOME'],
    limits: { 'memory.max': '4G', 'pids.max': 'max' },
    stopTimeoutMs: 10_000,
  });
  t.deepEqual(words, [
    '--quiet',
    '--collect',
    '--wait',
    '--service-type=simple',
    '--unit=wayray-session-s1.service',
    '--description=WayRay session s1',
    '--property=User=1815',
    '--property=Group=1852',
    '--property=PAMName=wayray',
    '--property=KillMode=control-group',
    '--property=TimeoutStopSec=10000ms',
    '--property=SyslogIdentifier=wrcomp',
    '--property=LogExtraFields=SESSION_ID=s1',
    '--property=MemoryMax=4G',
    '--property=TasksMax=infinity',
    '--setenv=PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games',
    '--setenv=XDG_SESSION_TYPE=wayland',
    '--setenv=XDG_SESSION_CLASS=user',
    '--',
    '/bin/sh',
    '-c',
    'exec 3>"$$1"; shift; cd "$$HOME" 2>/dev/null || cd /; exec "$$@"',
    'sh',
    '/run/f',
    'node',
    'main.js',
    '--exec',
    'echo $$HOME',
  ]);
  t.false(words.join(' ').includes('KRB5CCNAME'));
});

for (const pamService of [null, 'wayray-greeter'])
  test(`a greeter's unit, PAM service ${pamService}`, (t) => {
    const greeter = { channel: '/run/secret', pamService };
    const words = systemdRunArguments({
      launch: { ...launch, greeter },
      pamService,
      readyFifo: '/run/f',
      command: ['node'],
      limits: {},
      stopTimeoutMs: 1,
    });
    t.is(words.includes('--property=PAMName=wayray-greeter'), pamService !== null);
    t.true(words.includes('--setenv=WAYRAY_GREETER_SOCKET'));
    t.false(words.join(' ').includes('/run/secret'));
  });

test('a limit that units do not know is refused', (t) => {
  const request = { launch, pamService: 'w', readyFifo: '/f', command: [], stopTimeoutMs: 1 };
  t.throws(() => systemdRunArguments({ ...request, limits: { 'odd.max': '1' } }), {
    message: /limit odd.max: systemd units know memory.max/,
  });
});

test('where no systemd runs its launcher says so', (t) => {
  using scratch = scratchFolder();
  const options = {
    places: { runDir: scratch.path, logDir: scratch.path },
    brokerUid: 0,
    exec: null,
    systemConfig: '/etc/wayray',
    limits: {},
    pamService: 'wayray',
    readyTimeoutMs: 1,
    endTimeoutMs: 1,
    warn: () => {},
    booted: join(scratch.path, 'none'),
  };
  t.throws(() => new SystemdLauncher(options), {
    instanceOf: LaunchError,
    message: /no systemd runs here .* --launcher direct/,
  });
});

test('the environment is made from nothing', (t) => {
  const own = { LANG: 'de_DE.UTF-8', LD_PRELOAD: '/evil', NODE_OPTIONS: '--x', HOME: '/root' };
  t.deepEqual(sessionEnvironment(launch, '/run/r', own), {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games',
    HOME: '/home/ada',
    USER: 'ada',
    LOGNAME: 'ada',
    SHELL: '/bin/sh',
    XDG_SESSION_TYPE: 'wayland',
    XDG_SESSION_CLASS: 'user',
    LANG: 'de_DE.UTF-8',
    XDG_RUNTIME_DIR: '/run/r',
    KRB5CCNAME: 'FILE:/tmp/k',
  });
});

test('a shell reads back what was exported', async (t) => {
  const value = `it's "$HOME" \`id\` \\ $(id)\nsecond line `;
  const shell = spawn('/bin/sh', ['-c', 'eval "$(cat)"; printf %s "$ODD"'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  shell.stdin.end(exportLines({ ODD: value, LAST: "'" }));
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(shell, 'close');
  t.is(output, value);
});

test('where cgroup v2 is mounted', (t) => {
  const line = (mount: string, type: string) => `1 2 0:3 / ${mount} rw - ${type} none rw`;
  t.is(cgroupMount([line('/a', 'cgroup'), line('/b\\040c', 'cgroup2')].join('\n')), '/b c');
  t.is(cgroupMount(line('/a', 'cgroup')), null);
  t.deepEqual(openCgroups(null), { folder: null, reason: 'cgroup v2 is not mounted' });
  using scratch = scratchFolder();
  t.is(openCgroups(scratch.path).folder, null);
});
