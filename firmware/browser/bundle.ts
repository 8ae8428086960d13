/** Builds the browser terminal into firmware/build/browser: one script, one style sheet, the page, its icon. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('.', import.meta.url));
const target = join(source, '..', 'build', 'browser');

mkdirSync(target, { recursive: true });
await build({
  entryPoints: [join(source, 'terminal.ts')],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  outdir: target,
  minify: true,
  sourcemap: false,
  legalComments: 'eof',
  logLevel: 'warning',
  // The package would try a connection to a foreign host to find out what the browser can do. Asked for in these
  // words alone it takes the browser for one without WebTransport; the terminal looks for itself.
  define: { 'globalThis.WebTransport': 'undefined' },
});
for (const file of ['index.html', 'terminal.css', 'icon.svg']) {
  copyFileSync(join(source, file), join(target, file));
}
