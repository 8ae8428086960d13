/**
 * Bundles the server's programs into appliance/build: less memory in each process than their sources take, as these
 * need the compiler that strips types, or its results one by one. docs/adr/0022-memory-of-a-session.md
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const target = join(checkout, 'appliance/build');
const STAMPS = 'sources.json';
const KEPT_MS = 30 * 24 * 3600 * 1000;
/** Of ten bundles or so. */
const KEPT_FILES = 60;
const PROGRAMS = {
  wrcomp: 'appliance/session/wrcomp.ts',
  wrsrvd: 'appliance/broker/wrsrvd.ts',
  wrsessd: 'appliance/sessd/wrsessd.ts',
  wrlogin: 'appliance/greeter/wrlogin.ts',
};

/** Files find what lies beside them by import.meta.url, which is the bundle's. */
const ownUrls: Plugin = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const own = JSON.stringify(relative(target, path));
      const contents = source.replaceAll(
        'import.meta.url',
        `new URL(${own}, import.meta.url).href`,
      );
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    });
  },
};

/** Sources by their path in the checkout, as `protocol/node/bundled.js` looks at them. */
function stampsOf(paths: readonly string[]): [path: string, bytes: number, changedMs: number][] {
  return paths.map((path) => {
    const { size, mtimeMs } = statSync(join(checkout, path));
    return [path, size, mtimeMs];
  });
}

/** Until the bundle is whole again programs that start run from their sources. */
export async function bundleServer(): Promise<void> {
  rmSync(join(target, STAMPS), { force: true });
  const { metafile } = await build({
    absWorkingDir: checkout,
    entryPoints: Object.entries(PROGRAMS).map(([out, path]) => ({ in: join(checkout, path), out })),
    outdir: target,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: ['sharp', 'esbuild', '@fails-components/*'],
    // Names stay, for the sake of traces.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    plugins: [ownUrls],
    banner: {
      js: "import { createRequire as wayrayRequire } from 'node:module'; const require = wayrayRequire(import.meta.url);",
    },
  });
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith('node_modules/'));
  // Packages change with the file that names them.
  const stamps = stampsOf([...own, 'package-lock.json']);
  removeOld(new Set(Object.keys(metafile.outputs).map((path) => basename(path))));
  writeFileSync(join(target, STAMPS), JSON.stringify(stamps));
}

/** A program that runs may still want a chunk of the bundle that it was started from. */
function removeOld(present: ReadonlySet<string>): void {
  const limitMs = Date.now() - KEPT_MS;
  const old = readdirSync(target)
    .filter((name) => !present.has(name))
    .map((name) => join(target, name))
    .map((path) => ({ path, changedMs: statSync(path).mtimeMs }))
    .toSorted((a, b) => b.changedMs - a.changedMs);
  for (const [i, { path, changedMs }] of old.entries())
    if (changedMs < limitMs || i >= KEPT_FILES) rmSync(path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundleServer();
