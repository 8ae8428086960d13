import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratchFolder } from '../../helpers/scratch.ts';
import { shared } from './shared.ts';

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

/** A script of the image with other paths, so that it runs here. @returns its file */
function moved(path: string, script: string, changes: Readonly<Record<string, string>>): string {
  let text = shared(script);
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`${script} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const file = join(path, script.split('/').at(-1) ?? '');
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

const run = (file: string, args: readonly string[] = [], input = '') =>
  spawnSync('busybox', ['sh', file, ...args], { encoding: 'utf8', input, timeout: 30_000 });

function logTo(path: string): string {
  return moved(path, 'usr/libexec/wayray-log', {
    '/run/log': join(path, 'log'),
    '/dev/console': join(path, 'console'),
  });
}

test('a program that keeps ending is started less and less often', (t) => {
  const path = folder(t);
  const pauses = join(path, 'pauses');
  const keep = moved(path, 'usr/libexec/wayray-keep', {
    '/usr/libexec/wayray-log': logTo(path),
    'sleep "$pause"': `echo "$pause" >>${pauses}; [ "$(wc -l <${pauses})" -lt 8 ] || exit`,
  });
  run(keep, ['false']);
  t.is(readFileSync(pauses, 'utf8'), '0\n1\n2\n4\n8\n16\n30\n30\n');
  t.regex(readFileSync(join(path, 'log/wayray-keep'), 'utf8'), /^false ended, again in 0 s$/m);
});

test('a program that ran out of memory or aborted is started again', (t) => {
  const path = folder(t);
  const pauses = join(path, 'pauses');
  const keep = moved(path, 'usr/libexec/wayray-keep', {
    '/usr/libexec/wayray-log': logTo(path),
    'sleep "$pause"': `echo "$pause" >>${pauses}; [ "$(wc -l <${pauses})" -lt 2 ] || exit`,
  });
  const grow = 'const all = []; for (;;) all.push(new Array(10000).fill(1));';
  run(keep, [process.execPath, '--max-old-space-size=16', '-e', grow]);
  t.regex(readFileSync(join(path, 'log/node'), 'utf8'), /heap out of memory/);
  run(keep, [process.execPath, '-e', 'process.abort()']);
  t.is(readFileSync(pauses, 'utf8'), '0\n1\n0\n');
});

test('of a log, the last lines are kept, and a bounded part of each', (t) => {
  const path = folder(t);
  const lines = Array.from({ length: 1203 }, (_, i) => `line ${i}`);
  run(logTo(path), ['talk'], `${lines.join('\n')}\n${'x'.repeat(5000)}\n`);
  const kept = readFileSync(join(path, 'log/talk'), 'utf8').trimEnd().split('\n');
  t.is(kept.length, 204);
  t.is(kept.at(0), 'line 1000');
  t.is(kept.at(-1)?.length, 2000);
  t.is(readFileSync(join(path, 'log/talk.1'), 'utf8').trimEnd().split('\n').length, 500);
  t.deepEqual(readdirSync(join(path, 'log')).sort(), ['talk', 'talk.1']);
});

/** As the kernel tells of partitions: each in its disk's folder, and all in one. */
function fakeDisks(path: string, disks: Readonly<Record<string, Record<string, string>>>): void {
  mkdirSync(path, { recursive: true });
  for (const [disk, partitions] of Object.entries(disks)) {
    for (const [device, name] of Object.entries(partitions)) {
      const folder = join(path, '../devices', disk, device);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'uevent'), `DEVNAME=${device}\nPARTN=1\nPARTNAME=${name}\n`);
      writeFileSync(join(folder, 'partition'), '1\n');
      symlinkSync(folder, join(path, device));
    }
    symlinkSync(join(path, '../devices', disk), join(path, disk));
  }
}

test("a terminal's own file is taken from the boot partition, whatever editor wrote it", (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'boot/wayray'), { recursive: true });
  const tool = join(path, 'partition');
  writeFileSync(tool, '#!/bin/sh\necho /dev/x\n', { mode: 0o755 });
  const script = moved(path, 'usr/libexec/wayray-config', {
    '/usr/libexec/wayray-partition': tool,
    '/run/wayray': path,
    'modprobe -q -a': 'true',
    'mount -t vfat': 'true',
    umount: 'true',
    'SOURCE=/mnt': `SOURCE=${join(path, 'boot')}`,
  });
  const target = join(path, 'terminal.toml');
  const file = join(path, 'boot/wayray/terminal.toml');
  t.is(run(script).status, 0);
  t.false(existsSync(target));
  writeFileSync(file, '\uFEFFserver = "desk"\r\n \tenrol\t= "AB12-cd" # once\r\nname = "x"\r\n');
  run(script);
  t.is(readFileSync(target, 'utf8'), 'server = "desk"\nname = "x"\n');
  t.is(readFileSync(join(path, 'enrol'), 'utf8'), 'AB12-cd\n');
  t.is(statSync(join(path, 'enrol')).mode & 0o777, 0o600);
  writeFileSync(file, '#'.repeat(70_000));
  t.regex(run(script).stdout, /larger than 65536 bytes/);
  t.is(readFileSync(target, 'utf8'), 'server = "desk"\nname = "x"\n');
});

test('a partition is looked for on the disk that the root came from, and nowhere else', (t) => {
  const path = folder(t);
  const disks = join(path, 'block');
  fakeDisks(disks, {
    sda: { sda5: 'wayray-state', sda6: 'only-here' },
    sdaa: { sdaa1: 'wayray-boot' },
    sdb: { sdb5: 'wayray-state' },
  });
  const numbers = join(path, 'numbers');
  mkdirSync(numbers);
  symlinkSync(join(path, 'devices/sdb/sdb5'), join(numbers, '8:21'));
  symlinkSync(join(path, 'devices/sdb'), join(numbers, '8:16'));
  const mounts = join(path, 'mountinfo');
  const script = moved(path, 'usr/libexec/wayray-partition', {
    '/sys/class/block': disks,
    '/sys/dev/block': numbers,
    '/run/wayray/disk': join(path, 'disk'),
    '/proc/self/mountinfo': mounts,
    'findfs "LABEL=$2"': 'echo "label $2"',
  });
  const find = (name: string) => run(script, [name, 'x']).stdout;
  // The root is a file system without a disk, then a whole disk.
  for (const number of ['0:21', '8:16']) {
    writeFileSync(mounts, `1 1 ${number} / / rw\n2 1 0:5 / /dev rw\n`);
    t.is(find('wayray-state'), '/dev/sda5\n');
    t.is(find('none'), 'label x\n');
  }
  writeFileSync(mounts, '1 1 0:2 / / rw\n2 1 8:21 / / ro\n');
  t.is(find('wayray-state'), '/dev/sdb5\n');
  t.is(find('only-here'), '');
  writeFileSync(join(path, 'disk'), 'sda\n');
  t.is(find('wayray-state'), '/dev/sda5\n');
  t.is(find('wayray-boot'), '');
  t.is(run(script, ['wayray']).status, 1);
});

/** What is done to the state partition, word by word, where its tools answer so. */
function stateOf(
  t: ExecutionContext,
  { check, mount = 0 }: { check: number; mount?: number },
): { did: string[]; said: string } {
  const path = folder(t);
  const tool = (name: string, words: string): string => {
    const file = join(path, name);
    writeFileSync(file, `#!/bin/sh\n${words}\n`, { mode: 0o755 });
    return file;
  };
  const did = join(path, 'did');
  const [state, mounts] = [join(path, 'state'), join(path, 'mounts')];
  writeFileSync(mounts, '');
  const mounting = `case $1 in tmpfs) ;; *) [ ${mount} = 0 ] || exit ${mount} ;; esac
    echo "x ${state} x" >${mounts}`;
  const script = moved(path, 'usr/libexec/wayray-state', {
    '/usr/libexec/wayray-partition': tool('partition', 'echo /dev/x'),
    '/sbin/e2fsck': tool('fsck', `echo "fsck $1" >>${did}; exit ${check}`),
    '/sbin/mke2fs': tool('mkfs', `echo mkfs >>${did}`),
    'mount -t': tool('mount', `echo "mount $1" >>${did}\n${mounting}`),
    'modprobe -q ext4': 'true',
    'chown wayray:wayray': 'true',
    '/proc/mounts': mounts,
    '/run/state': state,
  });
  const { stdout } = run(script);
  return { did: readFileSync(did, 'utf8').trimEnd().split('\n'), said: stdout };
}

test('the state is mended, and made anew only when it cannot be', (t) => {
  t.deepEqual(stateOf(t, { check: 0 }).did, ['fsck -p', 'mount ext4']);
  t.deepEqual(stateOf(t, { check: 1 }).did, ['fsck -p', 'mount ext4']);
  const broken = stateOf(t, { check: 8 });
  t.deepEqual(broken.did, ['fsck -p', 'fsck -f', 'mkfs', 'mount ext4']);
  t.regex(broken.said, /has a new identity/);
});

test('a sound state that this kernel cannot mount is left as it is', (t) => {
  const { did, said } = stateOf(t, { check: 0, mount: 32 });
  t.deepEqual(did, ['fsck -p', 'mount ext4', 'mount tmpfs']);
  t.regex(said, /x cannot be mounted\n.*is lost when it is switched off/);
});

/** The name that a terminal gives itself. */
function nameOf(
  t: ExecutionContext,
  {
    words = '',
    config,
    card = '52:54:00:12:ab:cd',
  }: { words?: string; config?: string; card?: string },
): string {
  const path = folder(t);
  const network = join(path, 'net');
  mkdirSync(join(network, 'eth0'), { recursive: true });
  writeFileSync(join(network, 'eth0/address'), `${card}\n`);
  writeFileSync(join(path, 'cmdline'), `quiet ${words}\n`);
  if (config !== undefined) writeFileSync(join(path, 'terminal.toml'), config);
  const script = moved(path, 'usr/libexec/wayray-name', {
    '/run/wayray/terminal.toml': join(path, 'terminal.toml'),
    '/sys/class/net': network,
    '/proc/cmdline': join(path, 'cmdline'),
  });
  return run(script).stdout.trimEnd();
}

test('a terminal has the name it was given, else that of its card', (t) => {
  t.is(nameOf(t, {}), 'terminal-12abcd');
  t.is(nameOf(t, { words: 'wayray.name=hall' }), 'hall');
  t.is(nameOf(t, { config: 'name = "front desk"\n' }), 'front-desk');
  t.is(nameOf(t, { config: 'server = "a"\nname=\'x\'\n', words: 'wayray.name=y' }), 'y');
  t.is(nameOf(t, { config: '# name = "no"\n[x]\nname = "other"\n' }), 'terminal-12abcd');
  t.is(nameOf(t, { config: 'name = "$(reboot)"\n' }), 'reboot');
});

test('a lease that is renewed leaves the address where it is', (t) => {
  const path = folder(t);
  const has = join(path, 'has');
  const did = join(path, 'did');
  const tool = join(path, 'ip');
  writeFileSync(has, '');
  const act = `case "$*" in *show*) cat ${has} ;; *) echo "$*" >>${did} ;; esac
case "$*" in *" add "*) echo "    inet $3 brd x scope global eth0" >${has} ;; esac`;
  writeFileSync(tool, `#!/bin/sh\n${act}\n`, { mode: 0o755 });
  const script = moved(path, 'usr/share/udhcpc/default.script', {
    'ip -4 addr': `${tool} -4 addr`,
    'ip addr add': `${tool} addr add`,
    'ip route': `${tool} route`,
    '/run/wayray/dns': join(path, 'dns'),
    '/run/resolv.conf': join(path, 'resolv.conf'),
    '/sys/class/net/$interface/ifindex': has,
    '/usr/libexec/wayray-log': 'true',
  });
  const lease = (event: string, ip: string) => {
    writeFileSync(did, '');
    const env = { ...process.env, interface: 'eth0', ip, mask: '24', dns: '10.0.0.1' };
    spawnSync('busybox', ['sh', script, event], { env, timeout: 30_000 });
    return readFileSync(did, 'utf8');
  };
  const taken = (ip: string) => `-4 addr flush dev eth0\naddr add ${ip}/24 dev eth0\n`;
  t.is(lease('bound', '10.0.0.7'), taken('10.0.0.7'));
  t.is(lease('renew', '10.0.0.7'), '');
  t.is(lease('renew', '10.0.0.70'), taken('10.0.0.70'));
  t.is(readFileSync(join(path, 'resolv.conf'), 'utf8'), 'nameserver 10.0.0.1\n');
});

/** How the program is started, after what is said of it. */
function startOf(
  t: ExecutionContext,
  words: string,
  code?: string,
): { said: string; run: string; code: string | null } {
  const path = folder(t);
  writeFileSync(join(path, 'cmdline'), `quiet ${words}\n`);
  if (code !== undefined) writeFileSync(join(path, 'enrol'), `${code}\n`);
  const script = moved(path, 'etc/init.d/terminal', {
    '/proc/cmdline': join(path, 'cmdline'),
    '/run/wayray/enrol': join(path, 'enrol'),
    '/usr/libexec/wayray-ready': join(path, 'ready'),
    '/usr/libexec/wayray-alive': 'true',
    '/run/wayray/alive': join(path, 'alive'),
    'chown wayray': 'true',
    'exec su -s /bin/sh wayray -c': "printf '%s\\n'",
  });
  const lines = run(script).stdout.trimEnd().split('\n');
  const file = join(path, 'enrol');
  const kept = existsSync(file)
    ? `${readFileSync(file, 'utf8').trim()} ${(statSync(file).mode & 0o777).toString(8)}`
    : null;
  return {
    said: lines.slice(0, -3).join(),
    run: (lines.at(-1) ?? '').replace(/^.*\/opt/, '').replace(file, 'FILE'),
    code: kept,
  };
}

test('words of the kernel become options, and never more than that', (t) => {
  const plain = '/wayray/wrclient.js --display kms --state-dir /run/state';
  t.is(startOf(t, '').run, plain);
  const words = 'wayray.server=desk.example:7600 wayray.name=hall wayray.pin=aa:bb';
  const { said, run, code } = startOf(t, words, 'AB12-cd');
  t.is(said, '');
  t.is(run, `${plain} --server desk.example:7600 --name hall --pin aa:bb --enrol-file FILE`);
  t.regex(code ?? '', /^AB12-cd /);
  const other = startOf(t, 'wayray.enrol=K7-x');
  t.is(other.run, `${plain} --enrol-file FILE`);
  t.is(other.code, 'K7-x 600');
  t.is(startOf(t, 'wayray.run=inside').run.trimEnd(), '/wayray/inside.js');
  for (const bad of ['$(reboot)', 'a;reboot', 'a|b', '`b`', '../x', 'a&b', '"', "'", 'a\\b']) {
    for (const word of ['run', 'server', 'pin', 'enrol', 'name']) {
      const refused = startOf(t, `wayray.${word}=${bad} ${words}`);
      t.is(refused.run, plain, `${word}=${bad}`);
      t.regex(refused.said, /none counts/);
    }
  }
  t.is(startOf(t, '', '$(reboot)').run, plain);
});

test('what is typed at the console while the program is away is not shown, and stops nothing', (t) => {
  const buildroot = new URL(
    '../../../buildroot-external/rootfs-overlay/etc/inittab',
    import.meta.url,
  );
  for (const table of [shared('etc/inittab'), readFileSync(buildroot, 'utf8')]) {
    const lines = table.split('\n').filter((line) => /^[^#]/.test(line));
    // init makes a console echo for whatever it starts there: once it is quiet, nothing.
    const later = lines.filter((line) => !/::(sysinit|shutdown):/.test(line));
    t.true(later.length > 3);
    t.deepEqual(
      later.filter((line) => !line.startsWith('null::')),
      [],
    );
  }
  const [quiet = ''] = /^stty .*$/m.exec(shared('usr/libexec/wayray-folders')) ?? [];
  const command = quiet.replace('stty', 'busybox stty').replace('/dev/console', '/dev/tty');
  const look = `stty sane; ${command}; stty -a`;
  const { stdout } = spawnSync('script', ['-qec', look, '/dev/null'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  for (const setting of ['-echo', '-isig', '-ixon', 'opost'])
    t.true(stdout.split(/[\s;]+/).includes(setting), setting);
});
