/**
 * The image that is flashed, and what all images share, in virtual machines; as root, for a server of many people. Words
 * choose steps, `--image FILE` one that is built already. Pictures are left in images/build/terminal/screens to be looked at. Nothing timed is asserted.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildTerminalImage } from '../../../images/terminal/build.ts';
import { layoutOf, type PartitionName, partitionOf } from '../../../images/terminal/layout.ts';
import { buildVm } from '../../../images/vm/build.ts';
import { House } from '../../helpers/house.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import type { Firmware, Hardware } from './hardware.ts';
import { Machine } from './machine.ts';
import { Screen } from './screen.ts';
import { makeStateDisk } from './state-disk.ts';

const SCREENS = fileURLToPath(new URL('../../../images/build/terminal/screens', import.meta.url));
const HOST = '10.0.2.2';
const POWER_CUTS = 4;
const CUT_WITHIN_MS = 2000;
const PROGRAMS = ['inside', 'state-writer'].map((name) => ({
  name,
  source: fileURLToPath(new URL(`${name}.ts`, import.meta.url)),
}));

const { values, positionals: wanted } = parseArgs({
  options: { image: { type: 'string' } },
  allowPositionals: true,
});

/** A copy of the image, and the server it is for. */
interface Disk {
  readonly file: string;
  readonly folder: string;
  readonly house: House;
}

const LOG = () => join(SCREENS, 'console.log');
const started = (hardware: Hardware) => Machine.start(hardware, LOG());

/** From power-on to the page; then the file system of the state, as it is after the plug was pulled. */
async function toThePage(disk: Disk, firmware: Firmware, name: string): Promise<string> {
  const beganMs = performance.now();
  await using machine = await started({ boot: { kind: 'disk', file: disk.file, firmware } });
  const screen = new Screen(machine, SCREENS);
  await screen.shows('insertCard');
  console.log(`${name}: insert card after ${seconds(beganMs)} s`);
  await screen.keep(name);
  await machine.cutPower();
  return identityOf(disk);
}

async function boots(firmware: Firmware): Promise<void> {
  await withDisk(async (disk) => {
    const first = await toThePage(disk, firmware, `${firmware}-first`);
    const second = await toThePage(disk, firmware, `${firmware}-second`);
    assert.equal(second, first, 'the same terminal');
    assert.match(first, /PRIVATE KEY/);
  });
}

/** A slot with tries that does not get started is given up for the other. */
async function slots(): Promise<void> {
  await withDisk(async (disk) => {
    // Slot b is empty: its kernel is missing, then its root.
    setBootFile(disk, 'grubenv', environment('slot=b'));
    await toThePage(disk, 'bios', 'slot-without-kernel');
    copySlot(disk);
    setBootFile(disk, 'grubenv', environment('slot=b\ntries=1'));
    await using machine = await started({
      boot: { kind: 'disk', file: disk.file, firmware: 'bios' },
    });
    await machine.says(/no root for slot b/);
    assert.match(bootFile(disk, 'grubenv'), /slot=b\ntries=0/);
    await machine.cutPower();
    await toThePage(disk, 'bios', 'slot-given-up');
    assert.match(bootFile(disk, 'grubenv'), /slot=a\ntries=\n/);
  });
}

/** Another disk that says that it is the terminal's, found before it: nothing is taken from there. */
async function lies(): Promise<void> {
  await withDisk(async (disk) => {
    const lie = join(disk.folder, 'lie.img');
    copyFileSync(disk.file, lie, constants.COPYFILE_FICLONE);
    const named = ['--part-uuid', lie, '2', '0F0F0F0F-1111-4222-8333-444444444444'];
    execFileSync('/sbin/sfdisk', ['--quiet', ...named], { stdio: 'ignore' });
    setBootFile({ ...disk, file: lie }, 'terminal.toml', 'server = "10.0.2.99"\n');
    const nvme = ['-device', 'nvme,serial=lie,drive=lie,bootindex=2'];
    await using machine = await started({
      boot: { kind: 'disk', file: disk.file, firmware: 'bios' },
      extra: ['-drive', `if=none,id=lie,file=${lie},format=raw`, ...nvme],
      bootIndex: 1,
    });
    await new Screen(machine, SCREENS).shows('insertCard');
    await machine.cutPower();
    assert.match(identityOf(disk), /PRIVATE KEY/);
    assert.equal(identityOf({ ...disk, file: lie }), '');
  });
}

/** A kernel that has stopped is started again by the watchdog. */
async function watchdog(): Promise<void> {
  await withDisk(async (disk) => {
    const words = bootFile(disk, 'a/boot.cfg').replace('panic=10', 'panic=0 sysrq_always_enabled');
    setBootFile(disk, 'a/boot.cfg', words);
    const extra = ['-device', 'i6300esb', '-watchdog-action', 'poweroff'];
    await using machine = await started({
      boot: { kind: 'disk', file: disk.file, firmware: 'bios' },
      extra,
    });
    const screen = new Screen(machine, SCREENS);
    await screen.shows('insertCard');
    const beganMs = performance.now();
    await machine.commandKernel('c');
    await barks(machine);
    console.log(`watchdog: after ${seconds(beganMs)} s`);
  });
}

/** QEMU's events are waited for half a minute each time. */
async function barks(machine: Machine): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      return await machine.qmp.event('WATCHDOG');
    } catch (error) {
      if (tries === 4) throw error;
    }
}

/** What a terminal is from within: no port, no rights, no root. */
async function inside(): Promise<void> {
  const image = await buildVm(PROGRAMS);
  await using machine = await started({
    boot: { kind: 'kernel', image, words: 'wayray.run=inside' },
  });
  await machine.says(/"ready":true\}/);
  const said = Object.assign(
    {},
    ...[...machine.console.matchAll(/^inside: (.*)\r?$/gm)].map(([, text = '{}']) =>
      JSON.parse(text),
    ),
  );
  console.log(said);
  assert.equal(said.user, 990);
  assert.deepEqual(said.listens, []);
  assert.deepEqual(said.rootWritten, false);
  assert.deepEqual([said.disks, said.memory], [false, false]);
  assert.deepEqual([said.screens, said.cards], [true, true]);
  assert.ok(said.input.length > 1 && said.input.every(Boolean));
  assert.deepEqual([said.stateMode, said.stateUser], ['700', 990]);
  assert.ok(
    said.events.includes('ID_INPUT_KEYBOARD=1') && said.events.includes('ID_INPUT_MOUSE=1'),
  );
}

/** The plug is pulled while state is written, again and again: what was said to be kept is kept. */
async function power(): Promise<void> {
  using scratch = scratchFolder();
  const image = await buildVm(PROGRAMS);
  const stateDisk = join(scratch.path, 'state.img');
  makeStateDisk(stateDisk);
  const boot = { kind: 'kernel', image, words: 'wayray.run=state-writer' } as const;
  let acknowledged = 0;
  for (let i = 0; i <= POWER_CUTS; i++) {
    await using machine = await started({ boot, stateDisk });
    const [, found] = await machine.says(/writer: found (\S+)/);
    assert.ok(Number(found) >= acknowledged, `found ${found}, ${acknowledged} were kept`);
    assert.doesNotMatch(machine.console, /made anew|damaged/);
    await machine.says(/writer: kept/);
    await delay(Math.random() * CUT_WITHIN_MS);
    await machine.cutPower();
    acknowledged = Number([...machine.console.matchAll(/writer: kept (\d+)/g)].at(-1)?.[1]);
    console.log(`power: cut after ${acknowledged}, found ${found} at the start`);
  }
}

/** What no check can mend is made anew, and the terminal goes on. */
async function damage(): Promise<void> {
  await withDisk(async (disk) => {
    const first = await toThePage(disk, 'bios', 'before-damage');
    const { offsetBytes } = partitionOf(layoutOf(''), 'wayray-state');
    const noise = join(disk.folder, 'noise');
    writeFileSync(noise, Buffer.alloc(8 << 20, 0x5a));
    const place = [`of=${disk.file}`, 'bs=1M', `seek=${offsetBytes >> 20}`, 'conv=notrunc'];
    execFileSync('dd', [`if=${noise}`, ...place], { stdio: 'ignore' });
    // The server keeps the name for the terminal that is no more.
    setUp(disk, 'other-hall');
    assert.notEqual(await toThePage(disk, 'bios', 'after-damage'), first);
  });
}

async function withDisk(act: (disk: Disk) => Promise<void>): Promise<void> {
  const image = values.image ?? (await buildTerminalImage()).disk;
  using scratch = scratchFolder();
  const house = await House.open();
  try {
    const file = join(scratch.path, 'disk.img');
    copyFileSync(image, file, constants.COPYFILE_FICLONE);
    const disk = { file, folder: scratch.path, house };
    setUp(disk, 'hall');
    await act(disk);
  } finally {
    await house.close();
  }
}

/** As editors of other systems write it. */
function setUp(disk: Disk, name: string): void {
  const { house } = disk;
  const server = house.address.replace('127.0.0.1', HOST);
  const lines = [`server = "${server}"`, `pin = "${house.fingerprint}"`, `name = "${name}"`];
  setBootFile(disk, 'terminal.toml', `\uFEFF${lines.join('\r\n')}\r\n`);
}

/** mtools' name of the boot partition. Where partitions are is the same for every image. */
const bootOf = ({ file }: Disk): string =>
  `${file}@@${partitionOf(layoutOf(''), 'wayray-boot').offsetBytes}`;

function setBootFile(disk: Disk, name: string, text: string): void {
  const file = join(disk.folder, 'boot-file');
  writeFileSync(file, text);
  execFileSync('mcopy', ['-o', '-i', bootOf(disk), file, `::/wayray/${name}`]);
}

const bootFile = (disk: Disk, name: string): string =>
  execFileSync('mtype', ['-i', bootOf(disk), `::/wayray/${name}`], { encoding: 'utf8' });

const environment = (lines: string): string =>
  `# GRUB Environment Block\n${lines}\n`.padEnd(1024, '#');

/** The kernel of slot a as that of slot b, which has no root. */
function copySlot(disk: Disk): void {
  for (const name of ['linux', 'initrd', 'boot.cfg']) {
    const file = join(disk.folder, name);
    execFileSync('mcopy', ['-o', '-i', bootOf(disk), `::/wayray/a/${name}`, file]);
    execFileSync('mcopy', ['-o', '-i', bootOf(disk), file, `::/wayray/b/${name}`]);
  }
}

/** The state's file system is whole once its journal is played, and holds this. */
function identityOf(disk: Disk): string {
  const file = join(disk.folder, 'state.ext4');
  writeFileSync(file, partitionBytes(disk, 'wayray-state'));
  execFileSync('/sbin/e2fsck', ['-p', file], { stdio: 'ignore' });
  const look = ['-R', 'ls -p /identity', file];
  const listed = execFileSync('/sbin/debugfs', look, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const names = listed
    .split('\n')
    .map((line) => line.split('/')[5])
    .filter((name) => name?.includes('.'));
  return names
    .map((name) =>
      execFileSync('/sbin/debugfs', ['-R', `cat /identity/${name}`, file], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
    .join('\n');
}

function partitionBytes({ file }: Disk, name: PartitionName): Buffer {
  const { offsetBytes, sizeBytes } = partitionOf(layoutOf(''), name);
  return execFileSync(
    'dd',
    [`if=${file}`, 'bs=1M', `skip=${offsetBytes >> 20}`, `count=${sizeBytes >> 20}`],
    {
      maxBuffer: sizeBytes * 2,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
}

const seconds = (beganMs: number): number => Math.round((performance.now() - beganMs) / 1000);

const STEPS: Readonly<Record<string, () => Promise<void>>> = {
  bios: () => boots('bios'),
  uefi: () => boots('uefi'),
  inside,
  power,
  damage,
  slots,
  lies,
  watchdog,
};

mkdirSync(SCREENS, { recursive: true });
rmSync(LOG(), { force: true });
for (const [name, step] of Object.entries(STEPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const beganMs = performance.now();
  await step();
  console.log(`${name}: good after ${seconds(beganMs)} s`);
}
process.exit(0);
