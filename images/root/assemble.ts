/** The terminal's root file system as a folder: init, busybox, Node, the program, its addons, fonts. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ARCHITECTURES, type Architecture } from './architecture.ts';
import { BUNDLE_SETTINGS } from './bundle-settings.ts';
import { insideRoot, librariesOf } from './libraries.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const product = 'opt/wayray';
/** A window on a desktop is nothing that a terminal has. */
const UNUSED_ADDONS = ['window'];
/** Data of libraries, at the paths where they look. */
const DATA = ['/usr/share/X11/xkb'];
/** What sharp is made of; it finds its own libraries beside itself. */
const SHARP = ['sharp', '@img', 'detect-libc', 'semver'];
const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];
const EMPTY = ['proc', 'sys', 'dev', 'tmp', 'run', 'root', 'var'];
const SBIN = ['init', 'reboot', 'poweroff', 'modprobe', 'udhcpc', 'ip'];

export interface Program {
  /** Its name in /opt/wayray, without .js. */
  readonly name: string;
  readonly source: string;
}

export const WRCLIENT: Program = { name: 'wrclient', source: join(checkout, 'firmware/main.js') };

/** Where the root's files come from; the machine's own, or another processor's. */
export interface RootSource {
  readonly arch: Architecture;
  /** A root with Debian's files: libraries, busybox, fonts, keyboards' data. */
  readonly sysroot: string;
  readonly node: string;
  /** Holds CONCERN/CONCERN.node. */
  readonly addons: string;
  /** Folders of npm packages, the first that has one counts; sharp's library for this processor is in one. */
  readonly modules: readonly string[];
}

export const THIS_MACHINE: RootSource = {
  arch: process.arch === 'arm64' ? 'arm64' : 'x64',
  sysroot: '/',
  node: process.execPath,
  addons: join(checkout, 'native/build'),
  modules: [join(checkout, 'node_modules')],
};

/** @param root made anew */
export async function assembleRoot(
  root: string,
  programs: readonly Program[],
  source: RootSource = THIS_MACHINE,
): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  const loaders = dirname(ARCHITECTURES[source.arch].loader);
  for (const folder of [...EMPTY, 'bin', 'sbin', loaders, `${product}/bin`, `${product}/addons`])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync(fileURLToPath(new URL('files', import.meta.url)), root, { recursive: true });
  symlinkSync('/run/resolv.conf', join(root, 'etc/resolv.conf'));
  addBusybox(root, source);
  addNode(root, source);
  for (const name of SHARP) addPackage(root, name, source);
  addFonts(root, source);
  for (const folder of DATA)
    cpSync(debian(source, folder), join(root, folder), { recursive: true });
  for (const addon of await bundle(root, programs)) addAddon(root, addon, source);
}

/** @throws Error when its package is not there */
function debian({ sysroot }: RootSource, path: string): string {
  const file = insideRoot(sysroot, path);
  if (!file) throw new Error(`${sysroot} has no ${path}`);
  return file;
}

function addBusybox(root: string, source: RootSource): void {
  copyFileSync(debian(source, '/bin/busybox'), join(root, 'bin/busybox'));
  // The same version's commands are the same on every processor.
  const commands = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n');
  for (const command of commands) {
    if (!command || command === 'busybox') continue;
    const folder = SBIN.includes(command) ? 'sbin' : 'bin';
    symlinkSync('/bin/busybox', join(root, folder, command));
  }
}

function addNode(root: string, source: RootSource): void {
  const target = join(root, product, 'bin/node');
  copyFileSync(source.node, target);
  chmodSync(target, 0o755);
  addLibraries(root, source.node, source);
}

function addAddon(root: string, name: string, source: RootSource): void {
  const file = join(source.addons, name, `${name}.node`);
  const target = join(root, product, 'addons', name, `${name}.node`);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
  addLibraries(root, file, source);
}

/** As it is, with what its binaries need beside what they bring. */
function addPackage(root: string, name: string, source: RootSource): void {
  const folder = source.modules.map((each) => join(each, name)).find((each) => existsSync(each));
  if (!folder) throw new Error(`npm package ${name} is in none of ${source.modules.join(', ')}`);
  cpSync(folder, join(root, product, 'node_modules', name), { recursive: true });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.(node|so[.\d]*)$/.test(entry.name))
      addLibraries(root, join(entry.parentPath, entry.name), source);
}

/** What the loader would load, at the paths where it looks. */
function addLibraries(root: string, binary: string, source: RootSource): void {
  for (const { path, file } of librariesOf(binary, source)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
}

function addFonts(root: string, source: RootSource): void {
  const folder = 'usr/share/fonts/truetype/dejavu';
  mkdirSync(join(root, folder), { recursive: true });
  for (const font of FONTS)
    copyFileSync(debian(source, `/${folder}/${font}`), join(root, folder, font));
}

/** One file and its chunks for each program: the engine reads it in a fraction of the time. @returns the addons it loads */
async function bundle(root: string, programs: readonly Program[]): Promise<Set<string>> {
  const { outputFiles } = await build({
    entryPoints: programs.map(({ name, source }) => ({ in: source, out: name })),
    outdir: join(root, product),
    ...BUNDLE_SETTINGS,
    write: false,
  });
  const addons = new Set<string>();
  for (const { path, contents, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    for (const [, name = ''] of text.matchAll(/loadAddon\("([a-z-]+)"\)/g))
      if (!UNUSED_ADDONS.includes(name)) addons.add(name);
  }
  return addons;
}
