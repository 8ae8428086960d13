/** Bundles the terminal's program into buildroot-external/build/bundle, for the package wayray-terminal. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** @param target made anew */
export async function bundleTerminal(target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await build({
    entryPoints: [{ in: join(checkout, 'firmware/main.js'), out: 'wrclient' }],
    outdir: target,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The CommonJS form of a package hides its names from import().
    mainFields: ['module', 'main'],
    chunkNames: 'chunks/[name]-[hash]',
    // A package of its own: its library is of the target's kind.
    external: ['sharp'],
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    // Packages in CommonJS ask for Node's modules by require().
    banner: {
      js: "import { createRequire as wayrayRequire } from 'node:module'; const require = wayrayRequire(import.meta.url);",
    },
  });
  copyFileSync(join(checkout, 'LICENSE'), join(target, 'LICENSE'));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundleTerminal(fileURLToPath(new URL('build/bundle', import.meta.url)));
