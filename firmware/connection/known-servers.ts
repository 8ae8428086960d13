import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../protocol/errors.ts';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { isFingerprint } from '../../protocol/node/fingerprint.ts';
import { makeFolder } from '../../protocol/node/make-folder.ts';

/** Fingerprints of servers that were trusted at their first connection, by address. */
export class KnownServers {
  readonly #folder: string;
  readonly #file: string;
  readonly #known: Record<string, string>;

  /** @throws ExitError when the file is there but cannot be understood */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'known-servers.json');
    this.#known = readKnown(this.#file);
  }

  fingerprintOf(address: string): string | undefined {
    return Object.hasOwn(this.#known, address) ? this.#known[address] : undefined;
  }

  /** @throws ConfigError when it cannot be written; it is known for as long as this process runs then */
  remember(address: string, fingerprint: string): void {
    if (this.#known[address] === fingerprint) return;
    this.#known[address] = fingerprint;
    const temporary = `${this.#file}.${process.pid}`;
    try {
      makeFolder(this.#folder);
      writeFileSync(temporary, `${JSON.stringify(this.#known, null, 2)}\n`, { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new ConfigError(`${this.#file}: cannot be written: ${code}`, { cause });
    }
  }

  get file(): string {
    return this.#file;
  }
}

function readKnown(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ExitError(`${file}: cannot be read: ${code}`, EXIT.config, { cause: error });
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
  throw new ExitError(
    `${file}: expected an object of addresses and SHA-256 fingerprints`,
    EXIT.config,
  );
}
