import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';

/** A browser that was let in: the SHA-256 of its cookie, 64 hex digits, and until when it is good. */
export interface KnownBrowser {
  readonly hash: string;
  readonly expiresMs: number;
}

/** Where the browsers that were let in are kept, so that they come back after the server was restarted. */
export interface KnownBrowsers {
  read(): KnownBrowser[];
  write(known: readonly KnownBrowser[]): void;
}

/** Kept as long as the process lives. */
export function browsersInMemory(): KnownBrowsers {
  return { read: () => [], write: () => {} };
}

/** @param onUnsaved the file cannot be written: the browser is known for as long as this process runs */
export function browsersInFile(file: string, onUnsaved: (error: Error) => void): KnownBrowsers {
  return {
    read: () => readKnown(file),
    write(known) {
      const temporary = `${file}.new`;
      try {
        writeFileSync(temporary, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
        renameSync(temporary, file);
      } catch (error) {
        onUnsaved(error as Error);
      }
    },
  };
}

function readKnown(file: string): KnownBrowser[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    const known: unknown = JSON.parse(text);
    if (Array.isArray(known) && known.every(isKnownBrowser)) return known;
  } catch {
    // falls through: not JSON is as bad as the wrong JSON
  }
  throw new ExitError(
    `${file}: expected a list of {hash, expiresMs}; without the file browsers need a new code`,
    EXIT.config,
  );
}

function isKnownBrowser(value: unknown): value is KnownBrowser {
  const { hash, expiresMs } = (value ?? {}) as Partial<KnownBrowser>;
  return typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) && Number.isFinite(expiresMs);
}
