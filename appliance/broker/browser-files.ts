import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitError } from '../../protocol/node/cli.ts';

const FOLDER = fileURLToPath(new URL('../../firmware/build/browser', import.meta.url));

const FILES = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/terminal.js', file: 'terminal.js', type: 'text/javascript; charset=utf-8' },
  { path: '/terminal.css', file: 'terminal.css', type: 'text/css; charset=utf-8' },
  { path: '/icon.svg', file: 'icon.svg', type: 'image/svg+xml' },
] as const;

export interface BrowserFile {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * The files of the browser terminal by their path in the URL, read once: no path of a request ever reaches the
 * file system.
 * @throws ExitError when they are not built
 */
export function readBrowserFiles(folder: string = FOLDER): ReadonlyMap<string, BrowserFile> {
  return new Map(
    FILES.map(({ path, file, type }) => [path, { type, body: read(join(folder, file)) }]),
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ExitError(
      `the browser terminal is not built: ${(cause as Error).message}; run ./setup.sh`,
      1,
      { cause },
    );
  }
}
