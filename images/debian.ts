/** Debian's packages, unpacked but not installed: the machine that builds images keeps its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Downloads what is not there yet. @param build folder of this step's own @param names as apt-get takes them
 * @returns a folder with the files of all of them
 */
export function debianPackages(build: string, names: readonly string[]): string {
  const files = join(build, 'files');
  mkdirSync(files, { recursive: true });
  for (const name of names) {
    const done = join(build, `${name}.done`);
    if (existsSync(done)) continue;
    const archive = download(build, name);
    execFileSync('dpkg', ['-x', archive, files]);
    rmSync(archive);
    writeFileSync(`${done}.new`, '');
    renameSync(`${done}.new`, done);
  }
  return files;
}

/** @returns the archive's path */
export function download(build: string, name: string): string {
  const folder = join(build, 'download');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    // As root apt would give up root for the download, and could not write here.
    const asWeAre = ['-o', 'APT::Sandbox::User=root'];
    execFileSync('apt-get', ['download', '-q', ...asWeAre, name], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (cause) {
    throw new Error(`apt-get cannot download ${name}: run apt-get update`, { cause });
  }
  const [archive] = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  if (!archive) throw new Error(`apt-get download brought no ${name}`);
  return join(folder, archive);
}
