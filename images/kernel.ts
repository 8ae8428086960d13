/** Debian's kernel, unpacked but not installed: the machine that builds images keeps its own. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface Kernel {
  /** E.g. 6.1.0-56-amd64 */
  readonly version: string;
  /** The uncompressed kernel, for QEMU's PVH boot. */
  readonly vmlinux: string;
  /** Holds lib/modules/VERSION. */
  readonly folder: string;
}

/** Offsets in a bzImage, see Documentation/x86/boot.rst of the kernel. */
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR_BYTES = 512;
const UNPACKED_MAX_BYTES = 1 << 28;

/** Downloads it the first time. @param build folder of this step's own */
export function kernel(build: string): Kernel {
  const done = join(build, 'kernel.json');
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8')) as Kernel;
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  const folder = join(build, 'files');
  execFileSync('apt-get', ['download', '-q', packageName()], { cwd: build, stdio: 'inherit' });
  const [archive] = readdirSync(build).filter((name) => name.endsWith('.deb'));
  if (!archive) throw new Error('apt-get download brought no package');
  execFileSync('dpkg', ['-x', archive, folder], { cwd: build });
  rmSync(join(build, archive));
  const [version] = readdirSync(join(folder, 'lib/modules'));
  if (!version) throw new Error(`${archive} holds no modules`);
  const vmlinux = join(build, 'vmlinux');
  writeFileSync(vmlinux, uncompressed(readFileSync(join(folder, `boot/vmlinuz-${version}`))));
  execFileSync('busybox', ['depmod', '-b', folder, version]);
  const made: Kernel = { version, vmlinux, folder };
  writeFileSync(`${done}.new`, JSON.stringify(made));
  renameSync(`${done}.new`, done);
  return made;
}

/** linux-image-amd64 itself is empty: it depends on the version of the day. */
function packageName(): string {
  const depends = execFileSync('apt-cache', ['depends', 'linux-image-amd64'], { encoding: 'utf8' });
  const name = /Depends: (linux-image-\S+-amd64)$/m.exec(depends)?.[1];
  if (!name) throw new Error('apt knows no linux-image-amd64: run apt-get update');
  return name;
}

function uncompressed(image: Buffer): Buffer {
  const from =
    ((image[SETUP_SECTORS] ?? 0) + 1) * SECTOR_BYTES + image.readUInt32LE(PAYLOAD_OFFSET);
  // The last four bytes are the length of what comes out.
  const to = from + image.readUInt32LE(PAYLOAD_LENGTH) - 4;
  return execFileSync('xz', ['-dc', '--single-stream'], {
    input: image.subarray(from, to),
    maxBuffer: UNPACKED_MAX_BYTES,
  });
}

/**
 * Copies modules and what they need below `root`; names are as modprobe takes them.
 * @param atStart which of them are loaded without being asked for; all, where this is left out
 */
export function copyModules(
  { folder, version }: Kernel,
  names: readonly string[],
  root: string,
  atStart: readonly string[] = names,
): void {
  const base = join('lib/modules', version);
  const needs = new Map<string, string[]>();
  for (const line of readFileSync(join(folder, base, 'modules.dep'), 'utf8').split('\n')) {
    const [file, rest = ''] = line.split(':');
    if (file) needs.set(moduleName(file), [file, ...rest.split(' ').filter(Boolean)]);
  }
  for (const name of names) {
    const files = needs.get(moduleName(name));
    if (!files) throw new Error(`the kernel has no module ${name}`);
    for (const file of files) {
      mkdirSync(dirname(join(root, base, file)), { recursive: true });
      cpSync(join(folder, base, file), join(root, base, file));
    }
  }
  for (const list of ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'])
    cpSync(join(folder, base, list), join(root, base, list));
  indexModules(root, version);
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/modules'), atStart.map((name) => `${name}\n`).join(''));
}

/** Busybox's own tool does not make the indices that udevd reads. */
function indexModules(root: string, version: string): void {
  execFileSync('depmod', ['-b', root, version], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  });
}

/** Hyphens and underscores are the same to modprobe. */
const moduleName = (file: string): string =>
  (file.split('/').at(-1) ?? '').replace(/\.ko$/, '').replaceAll('-', '_');
