import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { bundleTerminal } from '../../buildroot-external/bundle.ts';
import { parseEnvironment } from '../../firmware/discovery/dhcp-lease.ts';
import { parseVendorOption } from '../../firmware/discovery/dhcp-option.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { shared } from '../images/root/shared.ts';
import { checkout, read, tree, variables } from './tree.ts';

function folder(t: ExecutionContext): string {
  const scratch = scratchFolder();
  t.teardown(() => scratch[Symbol.dispose]());
  return scratch.path;
}

test('the bundle is a program that runs without this checkout', async (t) => {
  const path = folder(t);
  const bundle = join(path, 'bundle');
  await bundleTerminal(bundle);
  t.true(existsSync(join(bundle, 'LICENSE')));
  // What the package wayray-sharp installs, and nothing else.
  for (const module of sharpModules())
    cpSync(join(checkout, 'node_modules', module), join(bundle, 'node_modules', module), {
      recursive: true,
    });
  const terminal = ['--server', '127.0.0.1:1', '--display', 'headless', '--reader', 'none'];
  const args = [join(bundle, 'wrclient.js'), ...terminal, '--state-dir', path, '--until', '1'];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, WAYRAY_ADDONS: join(checkout, 'native/build') },
    timeout: 60_000,
  });
  // It made its identity, and had nobody to talk to.
  t.true(existsSync(join(path, 'identity')), stderr);
  t.regex(stderr, /nothing listens there/);
  t.is(status, 0, stderr);
});

/** Loaded by displays that a terminal of its own does not have, or only where it is there. */
const UNUSED_ADDONS = ['window', 'video-decode'];

test('what the bundle loads is compiled', async (t) => {
  const bundle = join(folder(t), 'bundle');
  await bundleTerminal(bundle);
  const files = readdirSync(bundle, { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((file) => file.endsWith('.js'))
    .map((file) => readFileSync(join(bundle, file), 'utf8'));
  const loaded = texts.flatMap((text) =>
    [...text.matchAll(/loadAddon\("([a-z-]+)"\)/g)].map(([, name = '']) => name),
  );
  const wanted = new Set(loaded.filter((name) => !UNUSED_ADDONS.includes(name)));
  const made = variables('wayray-addons').get('WAYRAY_ADDONS_CONCERNS')?.split(' ');
  t.deepEqual([...wanted].sort(), made?.sort());
});

function sharpModules(): string[] {
  const mk = read('package/wayray-sharp/wayray-sharp.mk')
    .replaceAll('$(WAYRAY_SHARP_BINDING)', `sharp-linux-${process.arch}`)
    .replaceAll('$(WAYRAY_SHARP_VIPS)', `sharp-libvips-linux-${process.arch}`);
  return [...mk.matchAll(/WAYRAY_SHARP_EXTRACT_MODULE,([^,]+),/g)].map(([, name = '']) => name);
}

/** A folder that answers as a checkout of Buildroot would, and writes down what it is asked to make. */
function fakeBuildroot(path: string, version: string): string {
  const root = join(path, 'buildroot');
  mkdirSync(root);
  writeFileSync(join(root, 'Config.in'), '');
  const note = '\t@echo "$@ $(BR2_EXTERNAL) $(BR2_WAYRAY_MIRROR)" >>$(O)/asked\n';
  writeFileSync(
    join(root, 'Makefile'),
    `.DEFAULT_GOAL = all\nprint-version:\n\t@echo ${version}\nall:\n${note}%_defconfig:\n${note}`,
  );
  return root;
}

const build = (...settings: string[]) =>
  spawnSync('sh', [join(tree, 'build.sh'), ...settings], { encoding: 'utf8', timeout: 60_000 });

test.serial('a checkout of Buildroot is configured, then built with the mirror', (t) => {
  const path = folder(t);
  const root = fakeBuildroot(path, '2026.02.1');
  const output = join(path, 'out');
  const { status, stderr } = build(
    `BUILDROOT=${root}`,
    'board=rpi5',
    'MIRROR=http://mirror.example/',
    `OUTPUT=${output}`,
  );
  t.is(status, 0, stderr);
  const asked = readFileSync(join(output, 'asked'), 'utf8').trim().split('\n');
  t.deepEqual(asked, [`wayray_rpi5_defconfig ${tree} `, `all ${tree} http://mirror.example`]);
});

test('what cannot be built is refused, with what can', (t) => {
  const path = folder(t);
  const root = fakeBuildroot(path, '2025.11');
  t.regex(build('board=rpi5').stderr, /BUILDROOT=: expected a checkout/);
  t.regex(build(`BUILDROOT=${root}`, 'board=rpi3').stderr, /expected one of qemu_x86_64 rpi4 rpi5/);
  t.regex(build(`BUILDROOT=${root}`, 'board=rpi4').stderr, /is 2025\.11; expected 2026\.02/);
  t.is(build('bord=rpi4').status, 2);
});

test('the hook of udhcpc leaves what the terminal reads', (t) => {
  const path = folder(t);
  const hook = join(path, 'hook');
  const script = shared('usr/share/udhcpc/default.script.d/wayray');
  writeFileSync(hook, script.replace('/run/wayray/dhcp', join(path, 'dhcp')));
  chmodSync(hook, 0o755);
  const run = (word: string, env: Record<string, string>) =>
    spawnSync(hook, [word], {
      env: { PATH: process.env['PATH'] ?? '', interface: 'eth0', ...env },
    });
  const file = join(path, 'dhcp/eth0.env');
  const opt43 = '0107686f7573653a3179'.replace(/79$/, '');
  run('bound', {
    opt43,
    vendor: 'wayray-1',
    domain: 'example.org\nopt43=00',
    search: 'a.org b.org',
  });
  const [lease] = parseEnvironment(readFileSync(file, 'utf8'), file);
  t.is(lease?.vendorClass, 'wayray-1');
  t.deepEqual(lease?.domains, ['example.orgopt4300', 'a.org', 'b.org']);
  const [server] = parseVendorOption(lease?.vendorOption ?? new Uint8Array(), file);
  t.like(server, { host: 'house', port: 1 });
  run('deconfig', {});
  t.false(existsSync(file));
});
