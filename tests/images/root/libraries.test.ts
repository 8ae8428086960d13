import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { insideRoot, librariesOf } from '../../../images/root/libraries.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const here = { arch, sysroot: '/' } as const;
const sharp = join(checkout, `node_modules/@img/sharp-linux-${arch}/lib`);

/** What the loader itself says; only of files that this machine trusts anyway. */
function toldByLoader(file: string): string[] {
  const told = execFileSync('ldd', [file], { encoding: 'utf8' });
  const paths = [...told.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
  return [
    ...new Set(
      paths.map((path) => realpathSync(path)).filter((path) => !path.startsWith(checkout)),
    ),
  ].sort();
}

const addons = ['pixels', 'drm', 'card', 'xkb'].map((name) =>
  join(checkout, 'native/build', name, `${name}.node`),
);
const [binding = ''] = readdirSync(sharp).filter((name) => name.endsWith('.node'));

for (const file of [process.execPath, ...addons, join(sharp, binding)])
  test(`as the loader says: ${file.slice(file.lastIndexOf('/') + 1)}`, (t) => {
    const found = librariesOf(file, here).map((library) => realpathSync(library.file));
    t.deepEqual([...new Set(found)].sort(), toldByLoader(file));
  });

test('what is linked statically needs nothing', (t) => {
  t.deepEqual(librariesOf('/bin/busybox', here), []);
});

test('a missing library is named, with the one that needs it', (t) => {
  using folder = scratchFolder();
  const loader = arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2';
  mkdirSync(join(folder.path, loader, '..'), { recursive: true });
  writeFileSync(join(folder.path, loader), '');
  t.throws(() => librariesOf(addons[0] ?? '', { arch, sysroot: folder.path }), {
    message: /pixels\.node needs \S+\.so\S*, which is not in/,
  });
});

test('another machine is refused', (t) => {
  const other = arch === 'arm64' ? 'x64' : 'arm64';
  t.throws(() => librariesOf(process.execPath, { arch: other, sysroot: '/' }), {
    message: /is not for/,
  });
});

test('links stay in the root, and circles end', (t) => {
  using folder = scratchFolder();
  const root = folder.path;
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  writeFileSync(join(root, 'usr/lib/real.so'), '');
  symlinkSync('usr/lib', join(root, 'lib'));
  symlinkSync('/lib/real.so', join(root, 'usr/lib/absolute.so'));
  symlinkSync('../../../../lib/real.so', join(root, 'usr/lib/upwards.so'));
  symlinkSync('circle.so', join(root, 'usr/lib/circle.so'));
  const real = join(root, 'usr/lib/real.so');
  for (const name of ['real', 'absolute', 'upwards'])
    t.is(insideRoot(root, `/lib/${name}.so`), real);
  t.is(insideRoot(root, '/lib/circle.so'), null);
  t.is(insideRoot(root, '/lib/none.so'), null);
});
