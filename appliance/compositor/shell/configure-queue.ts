/** A configure that has been sent; `config` is whatever the role wants back when the client acknowledges it. */
export interface SentConfigure<Config> {
  readonly serial: number;
  readonly config: Config;
}

const MAX_UNACKED = 256;

/**
 * The configures that a client has yet to acknowledge, oldest first. Acknowledging one consumes it and all before it;
 * the client may answer each at most once and never go back.
 */
export class ConfigureQueue<Config> {
  readonly #sent: SentConfigure<Config>[] = [];
  #forgotten: Set<number> | null = null;

  push(serial: number, config: Config): void {
    this.#sent.push({ serial, config });
    if (this.#sent.length <= MAX_UNACKED) return;
    const oldest = this.#sent.shift();
    if (oldest) this.#forget(oldest.serial);
  }

  get newest(): SentConfigure<Config> | null {
    return this.#sent.at(-1) ?? null;
  }

  /** The configure with this serial; 'stale' for one too old to be remembered; null: it was never sent, or is used up. */
  ack(serial: number): SentConfigure<Config> | 'stale' | null {
    const index = this.#sent.findIndex((sent) => sent.serial === serial);
    if (index < 0) return this.#forgotten?.delete(serial) ? 'stale' : null;
    this.#forgotten = null;
    return this.#sent.splice(0, index + 1).at(-1) ?? null;
  }

  clear(): void {
    this.#sent.length = 0;
    this.#forgotten = null;
  }

  #forget(serial: number): void {
    this.#forgotten ??= new Set();
    this.#forgotten.add(serial);
    if (this.#forgotten.size <= MAX_UNACKED) return;
    for (const oldest of this.#forgotten) {
      this.#forgotten.delete(oldest);
      break;
    }
  }
}
