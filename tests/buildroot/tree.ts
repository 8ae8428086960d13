import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const tree = fileURLToPath(new URL('../../buildroot-external', import.meta.url));
export const checkout = join(tree, '..');

export const read = (...path: readonly string[]): string =>
  readFileSync(join(tree, ...path), 'utf8');

/** Paths of all files of the tree, but what was built there. */
export function files(folder = ''): string[] {
  return readdirSync(join(tree, folder))
    .filter((name) => name !== 'build')
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(join(tree, path)).isDirectory() ? files(path) : [path];
    });
}

export const packages = readdirSync(join(tree, 'package'));

/** Assignments of a .mk file, the last of each variable; continued lines are joined. */
export function variables(name: string): Map<string, string> {
  const text = read('package', name, `${name}.mk`).replaceAll(/\\\n\s*/g, '');
  return new Map(
    [...text.matchAll(/^([A-Z0-9_]+) \+?= (.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      value,
    ]),
  );
}

export const prefixOf = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** Symbols that our own Config.in files define. */
export function ownSymbols(): string[] {
  const texts = files()
    .filter((path) => path.endsWith('Config.in'))
    .map((path) => read(path));
  return texts.flatMap((text) =>
    [...text.matchAll(/^config (BR2_\w+)$/gm)].map(([, name = '']) => name),
  );
}
