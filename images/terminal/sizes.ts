/** What takes the room on a terminal's root: each part raw, and squashed alone. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Paths in the root; what is in none of them is the rest. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'Node 24': ['opt/wayray/bin'],
  'sharp and libvips': ['opt/wayray/node_modules'],
  'program and addons': ['opt/wayray/addons', 'opt/wayray/chunks', 'opt/wayray/wrclient.js'],
  'kernel modules': ['usr/lib/modules'],
  firmware: ['usr/lib/firmware'],
  libraries: ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib64'],
  'udev, its rules and names of hardware': [
    'usr/lib/udev',
    'usr/bin/udevadm',
    'usr/share/libinput',
  ],
  'card readers': ['usr/lib/pcsc', 'usr/sbin/pcscd', 'etc/libccid_Info.plist'],
  busybox: ['usr/bin/busybox'],
  'file system tools': ['usr/sbin/e2fsck', 'usr/sbin/mke2fs'],
  'fonts and keyboards': ['usr/share/fonts', 'usr/share/X11'],
};

/** A Markdown table, in MB of 10⁶ bytes. */
export function sizeTable(root: string, scratch: string): string {
  const rows = Object.entries(PARTS).map(([name, paths]) => {
    const there = paths.map((path) => join(root, path)).filter((path) => existsSync(path));
    return `| ${name} | ${mb(rawBytes(there))} | ${mb(squashedBytes(there, scratch))} |`;
  });
  return ['| part | raw | squashed |', '| --- | --- | --- |', ...rows].join('\n');
}

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);

function rawBytes(paths: readonly string[]): number {
  if (paths.length === 0) return 0;
  const told = execFileSync('du', ['-sbc', ...paths], { encoding: 'utf8' });
  return Number(/^(\d+)\s+total$/m.exec(told)?.[1] ?? 0);
}

function squashedBytes(paths: readonly string[], scratch: string): number {
  if (paths.length === 0) return 0;
  const file = join(scratch, 'part.sqfs');
  rmSync(file, { force: true });
  const how = ['-comp', 'zstd', '-Xcompression-level', '19', '-b', '262144', '-all-root'];
  execFileSync('nice', ['mksquashfs', ...paths, file, ...how, '-no-progress', '-quiet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { size } = statSync(file);
  rmSync(file);
  return size;
}
