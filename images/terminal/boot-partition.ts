/** The partition that firmware and boot loader read, FAT: loaders, kernels of both slots, the terminal's own file. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { GRUB_FOLDER } from './board.ts';

const VOLUME = { label: 'WAYRAY', id: '57415952' };

export interface BootFiles {
  /** What firmware starts: places on the partition, and where the files are now. */
  readonly loaders: Readonly<Record<string, string>>;
  readonly kernel: string;
  readonly initramfs: Uint8Array;
  /** Words for the kernel. */
  readonly words: string;
  readonly grubConfig: string;
  /** What a new terminal.toml says. */
  readonly example: string;
}

export interface BootPartitionOptions {
  readonly scratch: string;
  readonly sizeBytes: number;
  /** Since 1970 */
  readonly timeS: number;
}

/** @returns the partition's file */
export function bootPartition(files: BootFiles, options: BootPartitionOptions): string {
  const folder = join(options.scratch, 'boot.d');
  rmSync(folder, { recursive: true, force: true });
  writeFiles(folder, files);
  const target = join(options.scratch, 'boot.fat');
  rmSync(target, { force: true });
  writeFileSync(target, '');
  truncateSync(target, options.sizeBytes);
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(options.timeS), MTOOLS_SKIP_CHECK: '1' };
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  run('/sbin/mkfs.vfat', '--invariant', '-F', '32', '-n', VOLUME.label, '-i', VOLUME.id, target);
  for (const name of sortedTree(folder, options.timeS)) {
    const from = join(folder, name.path);
    if (name.isFolder) run('mmd', '-i', target, `::/${name.path}`);
    else run('mcopy', '-m', '-i', target, from, `::/${name.path}`);
  }
  return target;
}

function writeFiles(folder: string, files: BootFiles): void {
  for (const name of [GRUB_FOLDER, 'wayray/a', 'wayray/b'])
    mkdirSync(join(folder, name), { recursive: true });
  for (const [place, file] of Object.entries(files.loaders)) {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    copyFileSync(file, join(folder, place));
  }
  copyFileSync(files.grubConfig, join(folder, GRUB_FOLDER, 'grub.cfg'));
  copyFileSync(files.kernel, join(folder, 'wayray/a/linux'));
  writeFileSync(join(folder, 'wayray/a/initrd'), files.initramfs);
  writeFileSync(join(folder, 'wayray/a/boot.cfg'), `set words="${files.words}"\n`);
  writeFileSync(join(folder, 'wayray/grubenv'), environmentBlock({ slot: 'a' }));
  writeFileSync(join(folder, 'wayray/terminal.toml'), files.example);
}

/** GRUB's own form, which it rewrites in place: 1,024 bytes always. */
export function environmentBlock(values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([key, value]) => `${key}=${value}\n`);
  return `# GRUB Environment Block\n${lines.join('')}`.padEnd(1024, '#');
}

function sortedTree(folder: string, timeS: number): { path: string; isFolder: boolean }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      utimesSync(full, timeS, timeS);
      return { path: full.slice(folder.length + 1), isFolder: entry.isDirectory() };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
