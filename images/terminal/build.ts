/** Makes the image that is flashed onto a terminal's disk; of a PC: images/build/terminal/wayray-terminal-x86_64.img. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpioOf } from '../cpio.ts';
import { copyModules } from '../kernel.ts';
import { CHECKOUT, debianPath } from '../root/source.ts';
import { biosBoot } from './bios-boot.ts';
import { type Board, GRUB_FOLDER } from './board.ts';
import { bootPartition } from './boot-partition.ts';
import {
  type Layout,
  layoutOf,
  type PartitionName,
  partitionOf,
  ROOT_MAX_BYTES,
  SECTOR_BYTES,
  sfdiskScript,
  uuidOf,
} from './layout.ts';
import { pc } from './pc.ts';
import { type TerminalRoot, terminalRoot } from './root.ts';
import { sizeTable } from './sizes.ts';

export interface TerminalImage {
  readonly disk: string;
  /** Names the root's content. */
  readonly id: string;
  readonly rootBytes: number;
  readonly root: string;
}

/** @param firmware folder with what /lib/firmware shall have @throws Error naming what is missing */
export async function buildTerminalImage(
  board: Board = pc(),
  firmware?: string,
): Promise<TerminalImage> {
  needTools(board);
  mkdirSync(board.build, { recursive: true });
  const wished = wishedTimeS();
  const root = await terminalRoot({
    board,
    timeS: wished ?? checkoutTimeS(),
    isTimeFixed: wished !== null,
    ...(firmware === undefined ? {} : { firmware }),
  });
  const rootBytes = statSync(root.squash).size;
  if (rootBytes > ROOT_MAX_BYTES)
    throw new Error(`the root has ${rootBytes} bytes; ${ROOT_MAX_BYTES} are allowed`);
  const disk = join(board.build, `wayray-terminal-${board.name}.img`);
  writeDisk(`${disk}.new`, root, board, root.timeS);
  renameSync(`${disk}.new`, disk);
  return { disk, id: root.id, rootBytes, root: root.folder };
}

const TOOLS = ['mksquashfs', 'sfdisk', 'mkfs.vfat', 'mcopy', 'mke2fs', 'grub-mkimage', 'depmod'];

function needTools(board: Board): void {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
  for (const tool of [...TOOLS, board.strip])
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { env, stdio: 'ignore' });
    } catch {
      throw new Error(`${tool} is missing: run ./setup.sh --image`);
    }
}

/** As https://reproducible-builds.org/specs/source-date-epoch/ has it. */
function wishedTimeS(): number | null {
  const said = process.env['SOURCE_DATE_EPOCH'];
  return said !== undefined && /^\d+$/.test(said) ? Number(said) : null;
}

/** The same for the same checkout. */
function checkoutTimeS(): number {
  const args = ['-C', CHECKOUT, 'log', '-1', '--format=%ct'];
  try {
    return Number(execFileSync('git', args, { encoding: 'utf8' }));
  } catch {
    return Math.floor(Date.now() / 1000);
  }
}

function writeDisk(disk: string, root: TerminalRoot, board: Board, timeS: number): void {
  const layout = layoutOf(root.id);
  rmSync(disk, { force: true });
  writeFileSync(disk, '');
  truncateSync(disk, layout.sizeBytes);
  execFileSync('/sbin/sfdisk', ['--quiet', '--no-reread', '--no-tell-kernel', disk], {
    input: sfdiskScript(layout),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const boot = bootPartition(
    {
      loaders: board.loaders,
      kernel: join(board.kernel.folder, `boot/vmlinuz-${board.kernel.version}`),
      initramfs: initramfs(board, timeS),
      words: `${board.words} wayray.image=${root.id}`,
      grubConfig: fileURLToPath(new URL('grub.cfg', import.meta.url)),
      example: readFileSync(new URL('terminal.toml', import.meta.url), 'utf8'),
    },
    {
      scratch: board.build,
      sizeBytes: partitionOf(layout, 'wayray-boot').sizeBytes,
      timeS,
    },
  );
  place(disk, layout, 'wayray-boot', readFileSync(boot));
  place(disk, layout, 'wayray-root-a', readFileSync(root.squash));
  place(disk, layout, 'wayray-state', stateFileSystem(board.build, layout, timeS));
  if (board.hasBios) placeBios(disk, layout, board.build);
}

function placeBios(disk: string, layout: Layout, scratch: string): void {
  const restSector = partitionOf(layout, 'wayray-bios').offsetBytes / SECTOR_BYTES;
  const bios = biosBoot(scratch, restSector, `(,gpt2)/${GRUB_FOLDER}`);
  place(disk, layout, 'wayray-bios', bios.rest);
  write(disk, 0, bios.firstSector);
}

function initramfs(board: Board, timeS: number): Buffer {
  const folder = join(board.build, 'initramfs.d');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const busybox = debianPath(board.source, '/bin/busybox', 'busybox-static');
  for (const name of ['busybox', 'sh']) copyFileSync(busybox, join(folder, 'bin', name));
  copyFileSync(new URL('init', import.meta.url), join(folder, 'init'));
  copyModules(board.kernel, board.bootModules, folder);
  const archive = cpioOf(folder, timeS);
  return execFileSync('xz', ['--check=crc32', '-6', '-c'], { input: archive, maxBuffer: 1 << 28 });
}

/** Empty, as a whole. */
function stateFileSystem(scratch: string, layout: Layout, timeS: number): Buffer {
  const file = join(scratch, 'state.ext4');
  const { sizeBytes, uuid } = partitionOf(layout, 'wayray-state');
  rmSync(file, { force: true });
  writeFileSync(file, '');
  truncateSync(file, sizeBytes);
  const seed = uuidOf(`${uuid} names`);
  const how = ['-t', 'ext4', '-L', 'wayray-state', '-U', uuid];
  const all = `hash_seed=${seed},lazy_itable_init=0,lazy_journal_init=0`;
  execFileSync('/sbin/mke2fs', ['-q', '-F', ...how, '-E', all, file], {
    env: { ...process.env, E2FSPROGS_FAKE_TIME: String(timeS) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readFileSync(file);
}

function place(disk: string, layout: Layout, name: PartitionName, content: Uint8Array): void {
  const { offsetBytes, sizeBytes } = partitionOf(layout, name);
  if (content.length > sizeBytes) throw new Error(`${name}: ${content.length} bytes do not fit`);
  write(disk, offsetBytes, content);
}

/** Zeros are left out: the file is sparse, and quickly copied. */
function write(disk: string, offsetBytes: number, content: Uint8Array): void {
  const step = 1 << 16;
  const zeros = Buffer.alloc(step);
  const fd = openSync(disk, 'r+');
  try {
    for (let at = 0; at < content.length; at += step) {
      const part = content.subarray(at, at + step);
      if (!zeros.subarray(0, part.length).equals(part))
        writeSync(fd, part, 0, part.length, offsetBytes + at);
    }
  } finally {
    closeSync(fd);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      firmware: { type: 'string' },
      libavcodec: { type: 'boolean', default: false },
      sizes: { type: 'boolean' },
    },
  });
  const plain = pc();
  const board = { ...plain, source: { ...plain.source, libavcodec: values.libavcodec } };
  const image = await buildTerminalImage(board, values.firmware);
  if (values.sizes) console.log(sizeTable(image.root, board.build));
  console.log(
    `${image.disk}: root ${image.id}, ${(image.rootBytes / 1e6).toFixed(1)} MB compressed`,
  );
}
