import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';

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

  remember(address: string, fingerprint: string): void {
    if (this.#known[address] === fingerprint) return;
    this.#known[address] = fingerprint;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const temporary = `${this.#file}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(this.#known, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.#file);
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    const known: unknown = JSON.parse(text);
    if (typeof known === 'object' && known !== null && Object.values(known).every(isFingerprint)) {
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

const isFingerprint = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
