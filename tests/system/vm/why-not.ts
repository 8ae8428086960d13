import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Program, and the Debian package that has it. */
const PROGRAMS: readonly (readonly [string, string])[] = [
  ['qemu-system-x86_64', 'qemu-system-x86'],
  ['mksquashfs', 'squashfs-tools'],
  ['busybox', 'busybox-static'],
  ['pcscd', 'pcscd'],
  ['xz', 'xz-utils'],
  ['depmod', 'kmod'],
];
const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Null when machines can be played here, a reason to skip them otherwise. */
export function whyNoMachine(): string | null {
  const missing = PROGRAMS.filter(([program]) => !FOLDERS.some((folder) => runs(folder, program)));
  if (missing.length === 0) return null;
  const packages = missing.map(([, name]) => name).join(', ');
  return `${packages} not installed: ./setup.sh --vm`;
}

function runs(folder: string, program: string): boolean {
  try {
    accessSync(join(folder, program), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
