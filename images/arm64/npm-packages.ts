/** npm packages for another processor, as package-lock.json has them; npm itself installs only this machine's. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Locked {
  readonly version: string;
  /** sha512-BASE64 */
  readonly integrity: string;
}

/** @param lock text of package-lock.json @throws Error when it does not have the package */
export function locked(lock: string, name: string): Locked {
  const { packages } = JSON.parse(lock) as { packages: Record<string, Partial<Locked>> };
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (!version || !integrity?.startsWith('sha512-'))
    throw new Error(`package-lock.json has no version and sha512 of ${name}`);
  return { version, integrity };
}

/**
 * Unpacks a package into modules/NAME, unless that version is there. No script of it runs.
 * @throws Error when what the registry gives is not what the lock names
 */
export function unpackNpm(name: string, { version, integrity }: Locked, modules: string): string {
  const target = join(modules, name);
  const stamp = join(target, '.integrity');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === integrity) return target;
  const folder = join(modules, '.download');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The file's name differs by npm's version; it is the only one there.
  const pack = ['pack', '--silent', '--ignore-scripts', `${name}@${version}`];
  const file = execFileSync('npm', pack, { cwd: folder, encoding: 'utf8' }).trim();
  const archive = join(folder, file);
  check(readFileSync(archive), integrity, `${name}@${version}`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const strip = ['--strip-components=1', '--no-same-owner'];
  execFileSync('tar', ['-xzf', archive, ...strip, '-C', target]);
  rmSync(folder, { recursive: true });
  writeFileSync(stamp, integrity);
  return target;
}

export function check(bytes: Uint8Array, integrity: string, what: string): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== integrity) throw new Error(`${what}: ${found}, but the lock has ${integrity}`);
}
