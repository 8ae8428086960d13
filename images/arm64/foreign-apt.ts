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

  /** Unpacks packages with all that they depend on. @param target as with unpackAlone */
  unpack(names: readonly string[], target: string): void {
    const plan = this.#run('apt-get', ['-s', 'install', ...names])
      .split('\n')
      .filter((line) => line.startsWith('Inst '))
      .sort();
    if (!isNew(target, plan)) return;
    this.#run('apt-get', ['-qq', '-y', '--download-only', 'install', ...names]);
    this.#unpack(join(this.#folder, 'cache/archives'), target, plan);
  }

  /**
   * Without what they depend on. Signatures are checked by apt; no script of a package runs.
   * @param target made anew when names or versions are others than the last time
   */
  unpackAlone(names: readonly string[], target: string): void {
    const plan = this.#run('apt-cache', ['show', '--no-all-versions', ...names])
      .split('\n')
      .filter((line) => /^(Package|SHA256): /.test(line));
    if (!isNew(target, plan)) return;
    const archives = join(this.#folder, 'alone');
    rmSync(archives, { recursive: true, force: true });
    mkdirSync(archives);
    this.#run('apt-get', ['-qq', 'download', ...names], archives);
    this.#unpack(archives, target, plan);
  }

  /** @returns the packages that one depends on itself */
  dependsOf(name: string): string[] {
    const told = this.#run('apt-cache', ['depends', name]);
    return [...told.matchAll(/^ *Depends: (\S+)$/gm)].map(([, each = '']) => each);
  }

  #unpack(archives: string, target: string, plan: readonly string[]): void {
    mergeUsr(target);
    for (const name of readdirSync(archives)) {
      if (!name.endsWith('.deb')) continue;
      unpackArchive(join(archives, name), target);
      rmSync(join(archives, name));
    }
    makeLinksRelative(target);
    writeFileSync(stampOf(target), plan.join('\n'));
  }

  #run(program: string, args: readonly string[], cwd = this.#folder): string {
    const { env } = this;
    return execFileSync(program, args, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

const stampOf = (target: string): string => `${target}.packages`;

/** Clears the target unless it is what the plan says. */
function isNew(target: string, plan: readonly string[]): boolean {
  const stamp = stampOf(target);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === plan.join('\n')) return false;
  for (const each of [stamp, target]) rmSync(each, { recursive: true, force: true });
  return true;
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
  // Node's own recursion goes through links to folders, where a relative path means another one.
  const absolute = ['-type', 'l', '-lname', '/*', '-print0'];
  const paths = execFileSync('find', [root, ...absolute], { encoding: 'utf8' }).split('\0');
  for (const path of paths.filter(Boolean)) {
    const target = relative(dirname(path), join(root, readlinkSync(path))) || '.';
    rmSync(path);
    symlinkSync(target, path);
  }
}
