/** Where the files of a terminal's root come from. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Architecture } from './architecture.ts';
import { insideRoot, librariesOf } from './libraries.ts';

export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

export interface RootSource {
  readonly arch: Architecture;
  /** A root with Debian's files and libraries; / for this machine's own. */
  readonly sysroot: string;
  /** Unpacked packages that the sysroot lacks, looked through before it. */
  readonly packages?: string;
  /** Debian's udev unpacked, of this machine's own processor: its systemd-hwdb is run. */
  readonly tools: string;
  /** The target's Node. */
  readonly node: string;
  /** Holds NAME/NAME.node. */
  readonly addons: string;
  /** Folders of npm packages, the first that has one counts; the target's binaries of sharp are in one. */
  readonly modules: readonly string[];
  /** Libavcodec, with Intel's drivers of VAAPI, beside OpenH264. */
  readonly libavcodec?: boolean;
}

/** What this machine runs itself. @param packages unpacked, SYSTEM_PACKAGES at least */
export function thisMachine(packages: string): RootSource {
  return {
    arch: process.arch === 'arm64' ? 'arm64' : 'x64',
    sysroot: '/',
    packages,
    tools: packages,
    node: process.execPath,
    addons: join(CHECKOUT, 'native/build'),
    modules: [join(CHECKOUT, 'node_modules')],
  };
}

/** A file or folder of Debian's. @throws Error naming the package to install */
export function debianPath(source: RootSource, path: string, owner: string): string {
  for (const root of [source.packages, source.sysroot]) {
    const found = root === undefined ? null : insideRoot(root, path);
    if (found && existsSync(found)) return found;
  }
  throw new Error(`${path} of Debian's package ${owner} is missing: run ./setup.sh --image`);
}

/** Copies a file with the libraries it needs. */
export function addBinary(root: string, source: RootSource, file: string, path: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
  addLibraries(root, source, file);
}

/** What the loader would load, at the paths where it looks. */
export function addLibraries(root: string, source: RootSource, file: string): void {
  for (const library of librariesOf(file, source)) {
    const target = join(root, library.path);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(library.file, target);
  }
}

/** Copies a folder or file of Debian's to the same path. */
export function addDebian(root: string, source: RootSource, path: string, owner: string): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  // Node's own copy leaves links inside a folder as links, to places of this machine.
  execFileSync('cp', ['-rLT', debianPath(source, path, owner), target]);
}
