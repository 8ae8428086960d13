/** Bundles the terminal's program into buildroot-external/build/bundle, for the package wayray-terminal. */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE_SETTINGS } from '../images/root/bundle-settings.ts';

const checkout = fileURLToPath(new URL('..', import.meta.url));

/** @param target made anew */
export async function bundleTerminal(target: string): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await build({
    entryPoints: [{ in: join(checkout, 'firmware/main.js'), out: 'wrclient' }],
    outdir: target,
    ...BUNDLE_SETTINGS,
  });
  copyFileSync(join(checkout, 'LICENSE'), join(target, 'LICENSE'));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await bundleTerminal(fileURLToPath(new URL('build/bundle', import.meta.url)));
