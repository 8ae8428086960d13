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
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE_SETTINGS } from './bundle-settings.ts';
import {
  addBinary,
  addDebian,
  addLibraries,
  CHECKOUT,
  debianPath,
  type RootSource,
} from './source.ts';
import { addSystem } from './system.ts';

const product = 'opt/wayray';
/** A window on a desktop is nothing that a terminal has. */
const UNUSED_ADDONS = ['window'];
/** Does what video-decode-small does with one library by 95, and in hardware; left out unless asked for. */
const LARGE_ADDON = 'video-decode';
/** Old and new processors of Intel. Those of Mesa, for others, come with LLVM: as much again. */
const VA_DRIVERS = {
  '/usr/lib/x86_64-linux-gnu/dri/i965_drv_video.so': 'i965-va-driver',
  '/usr/lib/x86_64-linux-gnu/dri/iHD_drv_video.so': 'intel-media-va-driver',
};
/** What these are made of; sharp finds its own libraries beside itself. */
const MODULES = ['sharp', '@img/colour', 'detect-libc', 'semver', 'node-hid', 'pkg-prebuilds'];
const MODULES_OF_ONE_KIND = ['@img/sharp', '@img/sharp-libvips'];
const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];
const EMPTY = ['proc', 'sys', 'dev', 'tmp', 'run', 'root', 'var', 'mnt'];
/** As in Debian, these are links into /usr. */
const MERGED = ['bin', 'sbin', 'lib', 'lib64'];
const SBIN = ['init', 'reboot', 'poweroff', 'modprobe', 'udhcpc', 'ip', 'watchdog'];

export interface Program {
  /** Its name in /opt/wayray, without .js. */
  readonly name: string;
  readonly source: string;
}

export const WRCLIENT: Program = { name: 'wrclient', source: join(CHECKOUT, 'firmware/main.js') };

/** @param root made anew @param source what it is made of, and for which processor */
export async function assembleRoot(
  root: string,
  programs: readonly Program[],
  source: RootSource,
): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  for (const folder of [...EMPTY, `${product}/bin`, `${product}/addons`])
    mkdirSync(join(root, folder), { recursive: true });
  for (const folder of MERGED) {
    mkdirSync(join(root, 'usr', folder), { recursive: true });
    symlinkSync(`usr/${folder}`, join(root, folder));
  }
  cpSync(fileURLToPath(new URL('files', import.meta.url)), root, { recursive: true });
  symlinkSync('/run/resolv.conf', join(root, 'etc/resolv.conf'));
  mkdirSync(join(root, 'etc/wayray'));
  symlinkSync('/run/wayray/terminal.toml', join(root, 'etc/wayray/terminal.toml'));
  addBusybox(root, source);
  addBinary(root, source, source.node, join(product, 'bin/node'));
  chmodSync(join(root, product, 'bin/node'), 0o755);
  addSystem(root, source);
  for (const name of MODULES) addPackage(root, source, name);
  for (const name of MODULES_OF_ONE_KIND) addPackage(root, source, `${name}-linux-${source.arch}`);
  addFonts(root, source);
  addDebian(root, source, '/usr/share/X11/xkb', 'xkb-data');
  if (source.libavcodec) addVaDrivers(root, source);
  for (const addon of await bundle(root, programs)) {
    if (addon === LARGE_ADDON && !source.libavcodec) continue;
    const file = join(source.addons, addon, `${addon}.node`);
    addBinary(root, source, file, join(product, 'addons', addon, `${addon}.node`));
  }
}

function addVaDrivers(root: string, source: RootSource): void {
  for (const [path, owner] of Object.entries(VA_DRIVERS)) {
    if (!existsSync(join(source.sysroot, path)))
      throw new Error(`${path} is missing: run apt-get install ${owner}`);
    addBinary(root, source, join(source.sysroot, path), path);
  }
}

/** The list of its commands is that of this machine's, which is the same version. */
function addBusybox(root: string, source: RootSource): void {
  const file = debianPath(source, '/bin/busybox', 'busybox-static');
  copyFileSync(file, join(root, 'bin/busybox'));
  const commands = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).split('\n');
  for (const command of commands) {
    if (!command || command === 'busybox') continue;
    const folder = SBIN.includes(command) ? 'sbin' : 'bin';
    symlinkSync('/bin/busybox', join(root, folder, command));
  }
}

/** As it is, but for other machines' binaries, with what its own need beside what they bring. */
function addPackage(root: string, source: RootSource, name: string): void {
  const folder = source.modules.map((each) => join(each, name)).find((each) => existsSync(each));
  if (!folder) throw new Error(`npm package ${name} is in none of ${source.modules.join(', ')}`);
  const target = join(root, product, 'node_modules', name);
  const filter = (path: string) =>
    name !== 'node-hid' || isOfUse(relative(folder, path), `linux-${source.arch}`);
  cpSync(folder, target, { recursive: true, filter });
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.(node|so[.\d]*)$/.test(entry.name))
      addLibraries(root, source, join(folder, relative(target, entry.parentPath), entry.name));
}

/** Of node-hid, which has sources, and binaries for every system. */
function isOfUse(path: string, system: string): boolean {
  const [top = '', built] = path.split('/');
  if (top === 'prebuilds') return built === undefined || built === `HID_hidraw-${system}`;
  return top !== 'hidapi' && top !== 'src';
}

function addFonts(root: string, source: RootSource): void {
  for (const font of FONTS)
    addDebian(root, source, `/usr/share/fonts/truetype/dejavu/${font}`, 'fonts-dejavu-core');
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
