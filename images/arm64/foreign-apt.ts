/** apt for another processor's packages, beside this machine's own: nothing of this machine's dpkg or apt changes. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ARCHITECTURES, type Architecture } from '../root/architecture.ts';

/** Folders that are links into /usr wherever Debian is installed, but not in its older packages. */
const MERGED = ['bin', 'sbin', 'lib'];

export class ForeignApt {
  /** Any apt-get, apt-cache that runs with it means the other processor. */
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;

  /** Uses this machine's sources, keys and proxies. @param folder lists and downloads are kept here */
  constructor(folder: string, arch: Architecture) {
    this.#folder = folder;
    const config = join(folder, 'apt.conf');
    const { debian } = ARCHITECTURES[arch];
    for (const each of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, each), { recursive: true });
    writeFileSync(join(folder, 'state/status'), '');
    const settings = {
      'APT::Architecture': debian,
      'Dir::State': join(folder, 'state'),
      // Nothing is installed there: a package comes with all that it depends on.
      'Dir::State::status': join(folder, 'state/status'),
      'Dir::Cache': join(folder, 'cache'),
      'APT::Install-Recommends': 'false',
      // As root apt would give up root for the download, and could not write here.
      'APT::Sandbox::User': 'root',
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
    writeFileSync(config, `${lines.join('\n')}\nAPT::Architectures { "${debian}"; };\n`);
    this.env = { ...process.env, APT_CONFIG: config };
  }

  /** @throws Error when no list could be had, with apt's own words on stderr */
  update(): void {
    this.#run('apt-get', ['-qq', 'update']);
  }

  /**
   * Unpacks packages with all that they depend on, signatures checked by apt; no script of theirs runs.
   * @param target made anew when names or versions are others than the last time
   */
  unpack(names: readonly string[], target: string): void {
    const plan = this.#run('apt-get', ['-s', 'install', ...names])
      .split('\n')
      .filter((line) => line.startsWith('Inst '))
      .sort()
      .join('\n');
    const stamp = `${target}.packages`;
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === plan) return;
    const archives = join(this.#folder, 'cache/archives');
    for (const folder of [target, stamp, archives])
      rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(archives, 'partial'), { recursive: true });
    this.#run('apt-get', ['-qq', '-y', '--download-only', 'install', ...names]);
    mergeUsr(target);
    for (const name of readdirSync(archives))
      if (name.endsWith('.deb')) unpackArchive(join(archives, name), target);
    makeLinksRelative(target);
    rmSync(archives, { recursive: true });
    writeFileSync(stamp, plan);
  }

  #run(program: string, args: readonly string[]): string {
    const { env } = this;
    return execFileSync(program, args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

function mergeUsr(root: string): void {
  for (const name of MERGED) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
}

/** Not with dpkg -x, which puts folders in the place of the links. */
function unpackArchive(archive: string, root: string): void {
  const tar = `${archive}.tar`;
  const file = openSync(tar, 'w');
  try {
    execFileSync('dpkg-deb', ['--fsys-tarfile', archive], { stdio: ['ignore', file, 'inherit'] });
  } finally {
    closeSync(file);
  }
  execFileSync('tar', ['-xf', tar, '--keep-directory-symlink', '--no-same-owner', '-C', root]);
  rmSync(tar);
}

/** Linkers follow a link to /lib/… into this machine's own /lib. */
function makeLinksRelative(root: string): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = readlinkSync(path);
    if (!target.startsWith('/')) continue;
    rmSync(path);
    symlinkSync(relative(dirname(path), join(root, target)) || '.', path);
  }
}
