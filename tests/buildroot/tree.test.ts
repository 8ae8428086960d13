import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { checkout, files, ownSymbols, packages, prefixOf, read, tree, variables } from './tree.ts';

const known = new Set(
  readFileSync(new URL('known-symbols.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ')[0]),
);
for (const own of ownSymbols()) known.add(own);

const lock = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { version: string; integrity?: string }>;
};
const configs = files().filter((path) => path.startsWith('configs/'));

test('every board has a defconfig', (t) => {
  const boards = configs.map((path) => /wayray_(\w+)_defconfig$/.exec(path)?.[1]);
  t.deepEqual(boards.sort(), ['qemu_x86_64', 'rpi4', 'rpi5', 'x86_64_efi']);
});

for (const path of configs) {
  test(`${path} sets symbols that Buildroot knows, once each`, (t) => {
    const lines = read(path).trim().split('\n');
    const symbols = lines.map(
      (line) => /^(?:# )?(BR2_\w+)(?:=| is not set$)/.exec(line)?.[1] ?? line,
    );
    for (const symbol of symbols) t.true(known.has(symbol), symbol);
    t.is(new Set(symbols).size, symbols.length);
  });

  test(`${path} names files that are there`, (t) => {
    const named = [...read(path).matchAll(/\$\(BR2_EXTERNAL_WAYRAY_PATH\)\/([^\s"]+)/g)];
    t.true(named.length > 3);
    for (const [, file = ''] of named) t.true(existsSync(join(tree, file)), file);
  });

  test(`${path} leaves no way to log in, and the root read-only`, (t) => {
    for (const symbol of ['ENABLE_ROOT_LOGIN', 'GENERIC_GETTY', 'GENERIC_REMOUNT_ROOTFS_RW'])
      t.true(read(path).includes(`\n# BR2_TARGET_${symbol} is not set\n`), symbol);
  });
}

test('what packages select and depend on is known', (t) => {
  for (const path of files().filter((file) => file.endsWith('Config.in'))) {
    const code = read(path).replaceAll(/^\t {2}.*$|#.*$/gm, '');
    for (const [symbol] of code.matchAll(/\bBR2_\w+/g))
      t.true(known.has(symbol) || symbol === 'BR2_EXTERNAL_WAYRAY_PATH', `${path}: ${symbol}`);
  }
});

test('all packages are in the menu and made', (t) => {
  for (const name of packages) {
    const source = `source "$BR2_EXTERNAL_WAYRAY_PATH/package/${name}/Config.in"`;
    t.true(read('Config.in').includes(source), name);
    t.true(read('package', name, 'Config.in').includes(`config BR2_PACKAGE_${prefixOf(name)}\n`));
  }
  t.regex(read('external.desc'), /^name: WAYRAY\n/);
  t.regex(read('external.mk'), /package\/\*\/\*\.mk/);
});

for (const name of packages) {
  const said = variables(name);
  const value = (key: string): string => said.get(`${prefixOf(name)}_${key}`) ?? '';

  test(`${name} has version, site and licence`, (t) => {
    for (const key of ['VERSION', 'SITE', 'LICENSE']) t.not(value(key), '', key);
    if (value('SITE_METHOD') !== 'local') t.not(value('LICENSE_FILES'), '');
    else t.false(existsSync(join(tree, 'package', name, `${name}.hash`)));
  });

  if (value('SITE_METHOD') === 'local') continue;
  test(`${name} is what package-lock.json says, by version and hash`, (t) => {
    const hashes = read('package', name, `${name}.hash`).split('\n');
    const kept = new Map(
      hashes
        .filter((line) => line.startsWith('sha'))
        .map((line) => {
          const [kind = '', hash = '', file = ''] = line.split('  ');
          return [file, `${kind} ${hash}`];
        }),
    );
    const archives = [...kept.keys()].filter((file) => file.endsWith('.tgz'));
    t.true(archives.length > 0);
    for (const archive of archives) t.is(kept.get(archive), lockedHash(archive), archive);
    const [licence = ''] = value('LICENSE_FILES').split(' ');
    t.is(kept.get(licence), `sha256 ${sha256(licenceOf(name, licence))}`);
    const mk = read('package', name, `${name}.mk`);
    for (const [, file = ''] of mk.matchAll(/-\/([a-z-]+-[\d.]+\.tgz)/g))
      t.true(kept.has(file), file);
    t.true(archives.some((file) => file.endsWith(`-${value('VERSION')}.tgz`)));
  });
}

/** `sha512 HEX` of a tarball by its name, as npm keeps it. */
function lockedHash(archive: string): string {
  const entry = Object.entries(lock.packages).find(
    ([path, { version }]) => `${path.split('/').at(-1)}-${version}.tgz` === archive,
  )?.[1];
  const base64 = /^sha512-(.*)$/.exec(entry?.integrity ?? '')?.[1] ?? '';
  return `sha512 ${Buffer.from(base64, 'base64').toString('hex')}`;
}

function licenceOf(name: string, file: string): string {
  const plain = name.replace(/^wayray-/, '').replace(/^node$/, `node-linux-${process.arch}`);
  return join(checkout, 'node_modules', plain, file);
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

const isScript = (path: string): boolean => /^#!\/bin\/sh\n/.test(read(path));

test('scripts are sound and can be run', (t) => {
  const scripts = files().filter((path) => !path.startsWith('package') && isScript(path));
  t.true(scripts.length >= 4);
  for (const path of scripts) t.truthy(statSync(join(tree, path)).mode & 0o100, path);
  const { stdout, error } = spawnSync('shellcheck', scripts, { cwd: tree, encoding: 'utf8' });
  t.is(error, undefined);
  t.is(stdout, '');
});

test('what the scripts take from the other image is there', (t) => {
  const script = read('board/common/post-build.sh');
  const taken = [...script.matchAll(/\b(?:etc|usr)\/[\w./-]+/g)]
    .map(([path]) => path)
    .filter((path) => !script.includes(`$target/${path}`));
  t.true(taken.length > 10);
  for (const path of taken) t.true(existsSync(join(checkout, 'images/root/files', path)), path);
  // What the programs start in their turn.
  for (const [path] of read('rootfs-overlay/etc/inittab').matchAll(/(?<=\/)usr\/libexec\/[\w-]+/g))
    t.true(taken.includes(path), path);
});

test('addons that are kept are there', (t) => {
  const concerns = variables('wayray-addons').get('WAYRAY_ADDONS_CONCERNS')?.split(' ') ?? [];
  t.true(concerns.length > 0);
  for (const concern of concerns)
    t.true(existsSync(join(checkout, 'native', concern, 'meson.build')));
});

for (const path of files().filter((file) => file.endsWith('.fragment'))) {
  test(`${path} is a fragment of a kernel's configuration`, (t) => {
    const lines = read(path).trimEnd().split('\n');
    for (const line of lines)
      t.regex(line, /^(CONFIG_[A-Z0-9_]+=[ym]|# CONFIG_[A-Z0-9_]+ is not set)$/);
    t.is(new Set(lines).size, lines.length);
  });
}
