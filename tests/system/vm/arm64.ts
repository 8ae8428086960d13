/**
 * The arm64 image from power-on to "Insert your card" and a session, in QEMU's machine `virt` with UEFI; as root, for a
 * server of many people. Its pictures are left in images/build/arm64/screens to be looked at. Nothing timed is asserted.
 */
import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePage } from '../../../firmware/screens/page.ts';
import { PageArt } from '../../../firmware/screens/page-art.ts';
import { BUILD } from '../../../images/arm64/parts.ts';
import { layoutOf, partitionOf } from '../../../images/terminal/layout.ts';
import { hasButton } from '../../helpers/card-house.ts';
import { House } from '../../helpers/house.ts';
import { like, Picture } from '../../helpers/picture.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { Keyboard } from './keyboard.ts';
import { Machine } from './machine.ts';
import { Screen } from './screen.ts';
import { logIn } from './steps/log-in.ts';

const IMAGE = join(BUILD, 'terminal/wayray-terminal-arm64.img');
const SCREENS = join(BUILD, 'screens');
/** QEMU's network has the host's loopback at this address. */
const HOST = '10.0.2.2';
const ROUNDING = 4;

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
  const tell = async (what: string) => {
    const seconds = Math.round((performance.now() - beganMs) / 1000);
    console.log(`${what} after ${seconds} s: ${await screen.keep(what)}`);
  };
  const page = await insertCard();
  await screen.until('insert card', (picture) => isAlmost(picture, page));
  await tell('insert-card');
  const keyboard = new Keyboard(machine.qmp);
  await keyboard.press('Enter');
  await screen.until('the login screen', hasButton);
  await tell('login');
  await logIn({ at: { screen, keyboard }, user: house.users.add('v') });
  await tell('session');
} finally {
  await house.close();
}

async function insertCard(): Promise<Picture> {
  return new Picture(await new PageArt().draw(makePage('insertCard'), 1280, 720));
}

/** Another processor's mathematics rounds a few pixels of letters otherwise. */
function isAlmost(picture: Picture, wanted: Picture): boolean {
  if (picture.width !== wanted.width || picture.height !== wanted.height) return false;
  return picture.bounds((rgb, x, y) => !like(wanted.at(x, y), ROUNDING)(rgb)) === null;
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
