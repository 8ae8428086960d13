import type { Logger } from '../../../protocol/node/log.ts';
import type { TokenHash, TokenRecord } from '../../registry/records.ts';
import type { KnownCard } from './authentication.ts';
import type { DeskDeps } from './desk-deps.ts';
import type { Card } from './readers.ts';

const SEEN_AFTER_MS = 1000;

/** Whose the card is that came last at a desk, as the registry says. */
export class CardLookup {
  readonly #deps: Pick<DeskDeps, 'registry' | 'clock'>;
  readonly #log: Logger;
  readonly #isCurrent: (card: Card) => boolean;
  #known: KnownCard | null = null;

  /** @param isCurrent whether it still lies there and no other has come after it */
  constructor(
    deps: Pick<DeskDeps, 'registry' | 'clock'>,
    log: Logger,
    isCurrent: (card: Card) => boolean,
  ) {
    this.#deps = deps;
    this.#log = log;
    this.#isCurrent = isCurrent;
  }

  /** Null while there is no card, or one that nobody knows. */
  get known(): KnownCard | null {
    return this.#known;
  }

  /** It speaks for this user. */
  knownOf(user: string): KnownCard | null {
    return this.#known?.record.user === user ? this.#known : null;
  }

  forget(): void {
    this.#known = null;
  }

  /** @returns null when it is current no longer: nothing follows */
  async find(card: Card): Promise<KnownCard | 'unknown' | 'failed' | null> {
    let record: TokenRecord | null;
    try {
      record = await this.#deps.registry.tokens.get(card.hash);
    } catch (error) {
      this.#log.error({ reason: (error as Error).message }, 'a card could not be looked up');
      return this.#isCurrent(card) ? 'failed' : null;
    }
    if (!this.#isCurrent(card)) return null;
    if (!record) return 'unknown';
    this.#known = { card, record };
    return this.#known;
  }

  /** It has been registered, or its record has changed. */
  learn(card: Card): void {
    void this.find(card);
  }

  /** A write must not be between a card and its picture. */
  noteSeen(hash: TokenHash): void {
    this.#deps.clock.after(SEEN_AFTER_MS, () => {
      this.#deps.registry.tokens.find(hash).catch((error: Error) => {
        this.#log.error({ reason: error.message }, 'when a card was seen could not be noted');
      });
    });
  }
}
