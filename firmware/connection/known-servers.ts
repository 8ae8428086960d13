import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../protocol/errors.ts';
import { isFingerprint } from '../../protocol/node/fingerprint.ts';
import { makeFolder } from '../../protocol/node/make-folder.ts';
import { syncFolder } from '../../protocol/node/sync-folder.ts';
import { DamagedStateError } from './damaged-state.ts';

/** Fingerprints of servers that were trusted at their first connection, by address. */
export class KnownServers {
  readonly #folder: string;
  readonly #file: string;
  #known: Record<string, string> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'known-servers.json');
  }

  /** @throws DamagedStateError when the file is there but cannot be understood: nobody is trusted anew for that */
  fingerprintOf(address: string): string | undefined {
    const known = this.#read();
    return Object.hasOwn(known, address) ? known[address] : undefined;
  }

  /** What is wrong with the file. */
  get damage(): string | null {
    try {
      this.#read();
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /**
   * @throws ConfigError when it cannot be written; it is known for as long as this process runs then
   * @throws DamagedStateError
   */
  remember(address: string, fingerprint: string): void {
    const known = this.#read();
    if (known[address] === fingerprint) return;
    known[address] = fingerprint;
    const temporary = `${this.#file}.${process.pid}`;
    try {
      makeFolder(this.#folder);
      const text = `${JSON.stringify(known, null, 2)}\n`;
      writeFileSync(temporary, text, { mode: 0o600, flush: true });
      renameSync(temporary, this.#file);
      syncFolder(this.#folder);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new ConfigError(`${this.#file}: cannot be written: ${code}`, { cause });
    }
  }

  get file(): string {
    return this.#file;
  }

  #read(): Record<string, string> {
    this.#known ??= readKnown(this.#file);
    return this.#known;
  }
}

function readKnown(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new DamagedStateError(`${file}: cannot be read: ${code}`, { cause: error });
  }
  try {
    const known: unknown = JSON.parse(text);
    if (
      typeof known === 'object' &&
      known !== null &&
      !Array.isArray(known) &&
      Object.values(known).every(isFingerprint)
    ) {
      return known as Record<string, string>;
    }
  } catch {
    // falls through: not JSON is as bad as the wrong JSON
  }
  throw new DamagedStateError(`${file}: expected an object of addresses and SHA-256 fingerprints`);
}
