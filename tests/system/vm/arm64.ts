/**
 * The arm64 image from power-on to "Insert your card", in QEMU's machine `virt` with UEFI; as root, for a server of many
 * people. Its pictures are left in images/build/arm64/screens to be looked at. Nothing timed is asserted.
 */
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD } from '../../../images/arm64/parts.ts';
import { layoutOf, partitionOf } from '../../../images/terminal/layout.ts';
import { House } from '../../helpers/house.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { Machine } from './machine.ts';
import { Screen } from './screen.ts';

const IMAGE = join(BUILD, 'terminal/wayray-terminal-arm64.img');
const SCREENS = join(BUILD, 'screens');
/** QEMU's network has the host's loopback at this address. */
const HOST = '10.0.2.2';

if (!existsSync(IMAGE)) throw new Error(`${IMAGE} is missing: run just image-terminal-arm64`);
rmSync(SCREENS, { recursive: true, force: true });
mkdirSync(SCREENS, { recursive: true });
const house = await House.open();
try {
  using scratch = scratchFolder();
  const disk = join(scratch.path, 'disk.img');
  copyFileSync(IMAGE, disk, constants.COPYFILE_FICLONE);
  setUp(disk, scratch.path, [
    `server = "${house.address.replace('127.0.0.1', HOST)}"`,
    `pin = "${house.fingerprint}"`,
  ]);
  const beganMs = performance.now();
  const boot = { kind: 'disk', file: disk, firmware: 'uefi-arm64' } as const;
  await using machine = await Machine.start({ boot }, join(SCREENS, 'console.log'));
  const screen = new Screen(machine, SCREENS);
  await screen.shows('insertCard');
  console.log(`insert card after ${Math.round((performance.now() - beganMs) / 1000)} s`);
  console.log(await screen.keep('insert-card'));
} finally {
  await house.close();
}

/** As a person does who plugs the disk into another computer. */
function setUp(disk: string, folder: string, lines: readonly string[]): void {
  const file = join(folder, 'terminal.toml');
  writeFileSync(file, `${lines.join('\n')}\n`);
  // Where partitions are is the same for every image.
  const { offsetBytes } = partitionOf(layoutOf(''), 'wayray-boot');
  const to = ['-i', `${disk}@@${offsetBytes}`, file, '::/wayray/terminal.toml'];
  execFileSync('mcopy', ['-o', ...to]);
}
