/** The terminal's root file system as a folder: init, busybox, Node, the program, its addons, fonts. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE_SETTINGS } from './bundle-settings.ts';

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

/** @param root made anew */
export async function assembleRoot(root: string, programs: readonly Program[]): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  for (const folder of [...EMPTY, 'bin', 'sbin', 'lib64', `${product}/bin`, `${product}/addons`])
    mkdirSync(join(root, folder), { recursive: true });
  cpSync(fileURLToPath(new URL('files', import.meta.url)), root, { recursive: true });
  symlinkSync('/run/resolv.conf', join(root, 'etc/resolv.conf'));
  addBusybox(root);
  addNode(root);
  for (const name of SHARP) addPackage(root, name);
  addFonts(root);
  for (const folder of DATA) cpSync(folder, join(root, folder), { recursive: true });
  for (const addon of await bundle(root, programs)) addAddon(root, addon);
}

function addBusybox(root: string): void {
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  const commands = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n');
  for (const command of commands) {
    if (!command || command === 'busybox') continue;
    const folder = SBIN.includes(command) ? 'sbin' : 'bin';
    symlinkSync('/bin/busybox', join(root, folder, command));
  }
}

function addNode(root: string): void {
  const target = join(root, product, 'bin/node');
  copyFileSync(process.execPath, target);
  chmodSync(target, 0o755);
  addLibraries(root, process.execPath);
}

function addAddon(root: string, name: string): void {
  const file = join(checkout, 'native/build', name, `${name}.node`);
  const target = join(root, product, 'addons', name, `${name}.node`);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
  addLibraries(root, file);
}

/** As it is, with what its binaries need beside what they bring. */
function addPackage(root: string, name: string): void {
  const folder = join(checkout, 'node_modules', name);
  cpSync(folder, join(root, product, 'node_modules', name), { recursive: true });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.(node|so[.\d]*)$/.test(entry.name))
      addLibraries(root, join(entry.parentPath, entry.name));
}

/** What the loader would load, at the paths where it looks. */
function addLibraries(root: string, file: string): void {
  const told = execFileSync('ldd', [file], { encoding: 'utf8' });
  for (const [, library = ''] of told.matchAll(/(?:=> )?(\/\S+) \(0x/g)) {
    if (library.startsWith(checkout)) continue;
    const target = join(root, library);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(library, target);
  }
}

function addFonts(root: string): void {
  const folder = 'usr/share/fonts/truetype/dejavu';
  mkdirSync(join(root, folder), { recursive: true });
  for (const font of FONTS) copyFileSync(join('/', folder, font), join(root, folder, font));
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
