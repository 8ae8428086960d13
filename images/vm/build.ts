/** Makes what a virtual machine boots fast: kernel, initramfs, squashfs root; in images/build/vm. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianPackages } from '../debian.ts';
import { copyModules, type Kernel, kernel } from '../kernel.ts';
import { assembleRoot, type Program, WRCLIENT } from '../root/assemble.ts';
import { thisMachine } from '../root/source.ts';
import { SYSTEM_PACKAGES } from '../root/system.ts';

const BUILD = fileURLToPath(new URL('../build', import.meta.url));
const INIT = fileURLToPath(new URL('init', import.meta.url));
/** Until the root is there. */
const BOOT_MODULES = ['virtio_pci', 'virtio_blk', 'squashfs'];
const MODULES = [
  'virtio_net',
  'virtio-gpu',
  'virtio_input',
  'evdev',
  'xhci_pci',
  'usbhid',
  'hid_generic',
  'ext4',
  'crc32c_generic',
  'softdog',
];
/** For a disk with a terminal.toml. */
const WHEN_ASKED_MODULES = ['vfat', 'nls_cp437', 'nls_ascii', 'nls_utf8'];

export interface VmImage {
  readonly vmlinux: string;
  readonly initramfs: string;
  readonly root: string;
}

/** @param extra programs beside wrclient, started with wayray.run=NAME on the kernel's command line */
export async function buildVm(extra: readonly Program[] = []): Promise<VmImage> {
  const made = kernel(join(BUILD, 'kernel'));
  const target = join(BUILD, 'vm');
  mkdirSync(target, { recursive: true });
  const image: VmImage = {
    vmlinux: made.vmlinux,
    initramfs: join(target, 'initramfs'),
    root: join(target, 'root.sqfs'),
  };
  makeInitramfs(made, join(target, 'initramfs.d'), image.initramfs);
  const root = join(target, 'root.d');
  const packages = debianPackages(join(BUILD, 'packages'), SYSTEM_PACKAGES);
  await assembleRoot(root, [WRCLIENT, ...extra], thisMachine(packages));
  copyModules(made, [...MODULES, ...WHEN_ASKED_MODULES], root, MODULES);
  rmSync(image.root, { force: true });
  const squash = [
    root,
    image.root,
    '-all-root',
    '-noappend',
    '-no-progress',
    '-quiet',
    '-comp',
    'zstd',
  ];
  // Level 3: this root is for a test that waits for it.
  execFileSync('mksquashfs', [...squash, '-Xcompression-level', '3'], { stdio: 'inherit' });
  return image;
}

function makeInitramfs(made: Kernel, folder: string, target: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync('/bin/busybox', join(folder, 'bin/busybox'));
  copyFileSync('/bin/busybox', join(folder, 'bin/sh'));
  copyFileSync(INIT, join(folder, 'init'));
  copyModules(made, BOOT_MODULES, folder);
  const files = execFileSync('find', ['.'], { cwd: folder });
  writeFileSync(
    target,
    execFileSync('busybox', ['cpio', '-o', '-H', 'newc'], {
      cwd: folder,
      input: files,
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'ignore'],
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Programs beside wrclient: NAME=FILE each.
  const extra = process.argv.slice(2).map((word): Program => {
    const [name = '', source = ''] = word.split('=');
    return { name, source: resolve(source) };
  });
  console.log(JSON.stringify(await buildVm(extra)));
}
