/** What Debian's packages give a terminal beside the program: devices, card readers, file systems. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { addBinary, addDebian, addLibraries, debianPath, type RootSource } from './source.ts';

/** Not installed on a machine that builds images, but unpacked. */
export const SYSTEM_PACKAGES = ['udev'];

/** Programs at their places, with the package of each. */
const BINARIES: Readonly<Record<string, string>> = {
  '/bin/udevadm': 'udev',
  '/lib/udev/libinput-device-group': 'libinput-bin',
  '/lib/udev/libinput-fuzz-extract': 'libinput-bin',
  '/lib/udev/libinput-fuzz-to-zero': 'libinput-bin',
  '/usr/sbin/pcscd': 'pcscd',
  '/sbin/e2fsck': 'e2fsprogs',
  '/sbin/mke2fs': 'e2fsprogs',
};

/** Of some 30 files: what devices are, who may open them, which driver they want. */
const RULES: Readonly<Record<string, string>> = {
  '50-firmware': 'udev',
  '50-udev-default': 'udev',
  '60-autosuspend': 'udev',
  '60-drm': 'udev',
  '60-evdev': 'udev',
  '60-input-id': 'udev',
  '60-persistent-input': 'udev',
  '70-mouse': 'udev',
  '70-touchpad': 'udev',
  '80-drivers': 'udev',
  '80-libinput-device-groups': 'libinput-bin',
  '90-libinput-fuzz-override': 'libinput-bin',
  '92-libccid': 'libccid',
};

const READERS = '/usr/lib/pcsc/drivers/ifd-ccid.bundle';
const HARDWARE = [
  '60-evdev',
  '60-input-id',
  '60-keyboard',
  '70-mouse',
  '70-pointingstick',
  '70-touchpad',
];

const SCRATCH = 'wayray-hwdb-';

export function addSystem(root: string, source: RootSource): void {
  for (const [path, owner] of Object.entries(BINARIES))
    addBinary(root, source, debianPath(source, path, owner), path);
  mkdirSync(join(root, 'usr/lib/systemd'), { recursive: true });
  symlinkSync('/bin/udevadm', join(root, 'usr/lib/systemd/systemd-udevd'));
  for (const [name, owner] of Object.entries(RULES))
    addDebian(root, source, `/lib/udev/rules.d/${name}.rules`, owner);
  addHardwareDatabase(root, source);
  addDebian(root, source, '/usr/share/libinput', 'libinput-bin');
  addReaders(root, source);
}

function addReaders(root: string, source: RootSource): void {
  addDebian(root, source, READERS, 'libccid');
  addDebian(root, source, '/etc/libccid_Info.plist', 'libccid');
  mkdirSync(join(root, 'etc/reader.conf.d'), { recursive: true });
  addLibraries(root, source, debianPath(source, `${READERS}/Contents/Linux/libccid.so`, 'libccid'));
}

/** Made by this machine's systemd-hwdb: the form is the same for all processors. */
function addHardwareDatabase(root: string, source: RootSource): void {
  const scratch = mkdtempSync(join(tmpdir(), SCRATCH));
  try {
    for (const name of HARDWARE) {
      const path = `/lib/udev/hwdb.d/${name}.hwdb`;
      const target = join(scratch, 'etc/udev/hwdb.d', `${name}.hwdb`);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(debianPath(source, path, 'udev'), target);
    }
    execFileSync(join(source.tools, 'bin/systemd-hwdb'), ['--root', scratch, 'update'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const made = readFileSync(join(scratch, 'etc/udev/hwdb.bin'), 'latin1');
    // It notes which file said what: the same place each time, for the same bytes.
    const place = SCRATCH.padEnd(basename(scratch).length, '0');
    const same = made.replaceAll(basename(scratch), place);
    writeFileSync(join(root, 'usr/lib/udev/hwdb.bin'), same, 'latin1');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
