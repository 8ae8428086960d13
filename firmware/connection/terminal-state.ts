import { readFileSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../protocol/errors.ts';
import { type Identity, KEY_FILE, loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { DamagedStateError } from './damaged-state.ts';
import { KnownServers } from './known-servers.ts';

export interface TerminalStateOptions {
  readonly folder: string;
  /** In the certificate; default: the host's */
  readonly name: string | undefined;
  readonly log: Logger;
}

/** What a terminal keeps over its restarts: who it is, and whom it knows. */
export class TerminalState {
  readonly known: KnownServers;
  readonly #options: TerminalStateOptions;
  #identity: Identity | null = null;
  #damage: string | null = null;
  #notice: string | null = null;

  constructor(options: TerminalStateOptions) {
    this.#options = options;
    this.known = new KnownServers(options.folder);
  }

  /** Of the identity; undefined while there is none that can be used. */
  get fingerprint(): string | undefined {
    return this.#identity?.fingerprint;
  }

  /** For the information page. */
  get problems(): readonly string[] {
    return [...(this.#notice ? [this.#notice] : []), ...this.damages];
  }

  /** What cannot be used, and why. */
  get damages(): readonly string[] {
    return [this.#damage, this.known.damage].filter((damage) => damage !== null);
  }

  /** The identity, made at the first start. @throws DamagedStateError */
  async open(): Promise<Identity> {
    if (this.#identity) return this.#identity;
    const { folder, name } = this.#options;
    try {
      this.#clearBlank(join(folder, 'identity'));
      this.#identity = await loadOrCreateIdentity(join(folder, 'identity'), {
        algorithm: 'ed25519',
        name: `WayRay terminal ${name ?? hostname()}`,
      });
      this.#damage = null;
      return this.#identity;
    } catch (cause) {
      if (!(cause instanceof ConfigError)) throw cause;
      this.#damage = cause.message;
      throw new DamagedStateError(cause.message, { cause });
    }
  }

  /**
   * A key without a single byte of content, as a power cut leaves it, is lost: a new identity takes nothing away, and has
   * to be approved like any. Anything else may be mended, and stays.
   */
  #clearBlank(identity: string): void {
    if (!isBlank(join(identity, KEY_FILE))) return;
    const aside = `${identity}.damaged`;
    try {
      rmSync(aside, { recursive: true, force: true });
      renameSync(identity, aside);
    } catch (cause) {
      throw new ConfigError(`${identity}: cannot be moved: ${(cause as Error).message}`, { cause });
    }
    this.#notice = `${identity}: the key was empty; the terminal has a new identity`;
    this.#options.log.warn({ aside }, 'the key was empty: a new identity is made');
  }
}

function isBlank(file: string): boolean {
  try {
    return readFileSync(file).every((byte) => byte === 0);
  } catch {
    // Whoever reads it next says why.
    return false;
  }
}
