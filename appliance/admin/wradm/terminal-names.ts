import { isFingerprint } from '../../../protocol/node/fingerprint.ts';
import type { AdminClient } from './client.ts';
import { allOf } from './resolve.ts';

const ASK_AGAIN_MS = 10_000;

/** The names of terminals, which events know by their fingerprints. */
export class TerminalNames {
  readonly #client: AdminClient;
  readonly #names = new Map<string, string>();
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(client: AdminClient) {
    this.#client = client;
  }

  /** The beginning of the fingerprint for one that is not registered; a name stays what it is. */
  async of(fingerprint: string): Promise<string> {
    if (!isFingerprint(fingerprint)) return fingerprint;
    if (!this.#names.has(fingerprint)) await this.#ask();
    return this.#names.get(fingerprint) ?? fingerprint.slice(0, 12);
  }

  async #ask(): Promise<void> {
    if (performance.now() - this.#askedMs < ASK_AGAIN_MS) return;
    this.#askedMs = performance.now();
    const terminals = (await allOf(this.#client, 'terminal', {})) as Record<string, string>[];
    for (const { fingerprint = '', name = '' } of terminals) this.#names.set(fingerprint, name);
  }
}
