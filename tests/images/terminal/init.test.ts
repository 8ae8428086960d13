import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { uuidOf } from '../../../images/terminal/layout.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const INIT = new URL('../../../images/terminal/init', import.meta.url);
const TABLE_BYTES = 1024;
const ENTRY_BYTES = 128;
const NAMES = ['wayray-bios', 'wayray-boot', 'wayray-root-a', 'wayray-root-b'];

interface Disk {
  /** Of its device, below /sys/devices. */
  readonly place: string;
  readonly bootUuid: string;
  /** That its roots say they are. */
  readonly image?: string;
}

/** The name as a table of partitions has it. */
function inTable(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function addDisk(path: string, { place, bootUuid, image = 'good' }: Disk): void {
  const disk = place.split('/').at(-1) ?? '';
  const device = Buffer.alloc(TABLE_BYTES + 4 * ENTRY_BYTES);
  symlinkSync(join(path, 'devices', place), join(path, 'block', disk));
  for (const [index, name] of NAMES.entries()) {
    const part = `${disk}p${index + 1}`;
    const folder = join(path, 'devices', place, part);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'uevent'), `PARTN=${index + 1}\nPARTNAME=${name}\n`);
    writeFileSync(join(folder, 'partition'), `${index + 1}\n`);
    symlinkSync(folder, join(path, 'block', part));
    writeFileSync(join(path, 'dev', part), `${image}\n`);
    const uuid = name === 'wayray-boot' ? bootUuid : uuidOf(part);
    inTable(uuid).copy(device, TABLE_BYTES + index * ENTRY_BYTES + 16);
  }
  writeFileSync(join(path, 'dev', disk), device);
}

/** @returns the disk whose root is taken; empty: none */
function rootOf(t: ExecutionContext, words: string, disks: readonly Disk[]): string {
  using scratch = scratchFolder();
  const { path } = scratch;
  for (const name of ['block', 'devices', 'dev', 'root/etc'])
    mkdirSync(join(path, name), { recursive: true });
  for (const disk of disks) addDisk(path, disk);
  writeFileSync(join(path, 'cmdline'), `quiet wayray.image=good ${words}\n`);
  const mark = join(path, 'root/etc/wayray-image');
  const changes = {
    '/root/etc/wayray-image': mark,
    '/bin/busybox --install -s /bin\nexport PATH=/bin\nmkdir -p /proc /sys /dev /run /root\n': '',
    'mount -t squashfs -o ro "/dev/$1" /root': `cp "${path}/dev/$1" ${mark}`,
    'umount /root': 'true',
    'reboot -f': 'exit',
    'sleep 5': 'true',
    'tries=300': 'tries=1',
    'xargs -r modprobe': 'true',
    'exec switch_root /root /sbin/init': `cat ${path}/run/disk`,
    '/sys/class/block': join(path, 'block'),
    '"/dev/$1"': `"${path}/dev/$1"`,
    '>/dev/console': '>&2',
    '/proc/cmdline': join(path, 'cmdline'),
    '/run/wayray': join(path, 'run'),
  };
  let text = readFileSync(INIT, 'utf8').replaceAll(/^u?mount .*\n/gm, '');
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`init has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const file = join(path, 'init');
  writeFileSync(file, text.replace('</etc/modules', '</dev/null'));
  const { stdout, stderr } = spawnSync('busybox', ['sh', file], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  t.log(stderr);
  return stdout.trim();
}

const [ours, theirs] = [uuidOf('ours'), uuidOf('theirs')];
const booted = `wayray.boot=${ours.toLowerCase()}`;

test('the root comes from the disk that was booted, whatever others say of themselves', (t) => {
  const disks = [
    { place: 'pci/nvme/nvme0n1', bootUuid: theirs },
    { place: 'pci/usb1/1-1/sda', bootUuid: theirs },
    { place: 'pci/virtio/vda', bootUuid: ours },
  ];
  t.is(rootOf(t, booted, disks), 'vda');
  t.is(rootOf(t, `${booted} wayray.slot=b`, disks), 'vda');
  t.is(rootOf(t, booted, disks.slice(0, 2)), '');
});

test('of two copies of an image, the disk that is built in counts', (t) => {
  const stick = { place: 'pci/usb1/1-1/sda', bootUuid: ours };
  t.is(rootOf(t, booted, [stick, { place: 'pci/virtio/vda', bootUuid: ours }]), 'vda');
  t.is(rootOf(t, booted, [stick, { place: 'pci/virtio/vda', bootUuid: theirs }]), 'sda');
});

test('a root of another kernel is not taken, and without a word of the boot loader any disk serves', (t) => {
  const other = { place: 'pci/ata/sda', bootUuid: ours, image: 'other' };
  t.is(rootOf(t, booted, [other]), '');
  t.is(rootOf(t, '', [other, { place: 'pci/virtio/vda', bootUuid: theirs }]), 'vda');
});
