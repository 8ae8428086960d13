/** The libraries that a binary loads, found as the loader finds them but in another root, and without running it. */
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ARCHITECTURES, type Architecture } from './architecture.ts';
import { type ElfFile, readElf } from './elf.ts';

/** As many as the kernel follows. */
const LINKS_MAX = 40;

export interface Library {
  /** Where the loader looks for it, in the root. */
  readonly path: string;
  /** Where it is now, links followed. */
  readonly file: string;
}

export interface LibrarySource {
  readonly arch: Architecture;
  /** A root with Debian's libraries; / for this machine's own. */
  readonly sysroot: string;
}

interface Loaded {
  readonly elf: ElfFile;
  /** Its folder: in the root's terms if it comes from there, else this machine's. */
  readonly folder: string;
  readonly inRoot: boolean;
  /** DT_RPATH of those that load it, nearest first: it counts for what they load, too. */
  readonly inherited: readonly Folder[];
}

interface Folder {
  readonly path: string;
  readonly inRoot: boolean;
}

/**
 * @param file a program, library or addon anywhere on this machine; what it finds beside itself ($ORIGIN outside of the
 *   sysroot) is searched for libraries, too, but is not part of the answer
 * @returns the loader itself and each library of the sysroot, once
 * @throws Error naming who needs what, where something is missing; ElfError
 */
export function librariesOf(file: string, source: LibrarySource): Library[] {
  const { machine, loader } = ARCHITECTURES[source.arch];
  const found = new Map<string, Library>();
  const first = elfOf(file);
  if (first.machine !== machine) throw new Error(`${file} is not for ${source.arch}`);
  if (first.interpreter === null && first.needed.length === 0) return [];
  addLoader(found, source, first.interpreter ?? loader);
  const folder = dirname(resolve(file));
  const queue: Loaded[] = [{ elf: first, folder, inRoot: false, inherited: [] }];
  const seen = new Set<string>([basename(loader)]);
  for (const loaded of queue) {
    const next = searchFolders(loaded, source.arch);
    for (const name of loaded.elf.needed) {
      if (seen.has(name)) continue;
      seen.add(name);
      const hit = find(name, next.all, source);
      if (!hit) throw new Error(`${file} needs ${name}, which is not in ${source.sysroot}`);
      if (hit.inRoot) found.set(hit.path, { path: hit.path, file: hit.file });
      const { elf, inRoot } = hit;
      queue.push({ elf, inRoot, folder: dirname(hit.path), inherited: next.inherited });
    }
  }
  return [...found.values()];
}

function addLoader(found: Map<string, Library>, { sysroot }: LibrarySource, path: string): void {
  const file = insideRoot(sysroot, path);
  if (!file) throw new Error(`${sysroot} has no ${path}`);
  found.set(path, { path, file });
}

/** The loader's order: RPATH only where there is no RUNPATH; then what is built into it, as images have no cache of paths. */
function searchFolders(
  { elf, folder, inRoot, inherited }: Loaded,
  arch: Architecture,
): { all: Folder[]; inherited: readonly Folder[] } {
  const own = (paths: readonly string[]) =>
    paths.map((path): Folder => {
      const origin = /^\$(ORIGIN|\{ORIGIN\})(?=\/|$)/;
      if (!origin.test(path)) return { path, inRoot: true };
      return { path: resolve(path.replace(origin, () => folder)), inRoot };
    });
  const hasRunpath = elf.runpath.length > 0;
  const passed = hasRunpath ? inherited : [...own(elf.rpath), ...inherited];
  const { triplet } = ARCHITECTURES[arch];
  const builtIn = [`/lib/${triplet}`, `/usr/lib/${triplet}`, '/lib', '/usr/lib'];
  return {
    all: [
      ...(hasRunpath ? [] : passed),
      ...own(elf.runpath),
      ...builtIn.map((path) => ({ path, inRoot: true })),
    ],
    inherited: passed,
  };
}

interface Hit extends Folder {
  readonly file: string;
  readonly elf: ElfFile;
}

function find(
  name: string,
  folders: readonly Folder[],
  { arch, sysroot }: LibrarySource,
): Hit | null {
  for (const folder of folders) {
    const path = join(folder.path, name);
    const file = folder.inRoot ? insideRoot(sysroot, path) : existsSync(path) ? path : null;
    if (!file) continue;
    const elf = elfOf(file);
    // The loader, too, goes on when a library is another machine's.
    if (elf.machine === ARCHITECTURES[arch].machine)
      return { path, inRoot: folder.inRoot, file, elf };
  }
  return null;
}

function elfOf(file: string): ElfFile {
  try {
    return readElf(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file} cannot be read as a library or program`, { cause });
  }
}

/**
 * Follows links as if `root` were /. @param path absolute, in the root
 * @returns the file's place on this machine, null if there is none
 */
export function insideRoot(root: string, path: string): string | null {
  const rest = path.split('/').filter(Boolean);
  let at = '/';
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = resolve(at, name);
    const status = lstatSync(join(root, next), { throwIfNoEntry: false });
    if (!status) return null;
    if (!status.isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) return null;
    const target = readlinkSync(join(root, next));
    if (target.startsWith('/')) at = '/';
    rest.unshift(...target.split('/').filter(Boolean));
  }
  return join(root, at);
}
