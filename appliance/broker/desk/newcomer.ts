import { TOKEN_KINDS } from '../../../protocol/session/token.ts';
import type { TokenRecord } from '../../registry/records.ts';
import type { Authenticated } from '../floor/ports.ts';
import type { AuthenticationSeam } from './authentication.ts';
import { shownKeys } from './card-keys.ts';
import { audit, oneLine } from './desk-deps.ts';
import type { Card } from './readers.ts';

const NOTICE = 'This card is not known yet. Log in, and it is yours from now on.';

type LoggedIn = Authenticated & { readonly uid: number };

/**
 * A login of somebody without a registered card. With a card that nobody knows it is registered for whoever logs in,
 * with the key that it can show without a PIN.
 */
export class Newcomer {
  readonly card: Card | null;
  readonly #seam: Omit<AuthenticationSeam, 'authenticated'>;
  readonly #loggedIn: (who: LoggedIn, token: string | null) => void;
  #stopTimer: (() => void) | null = null;
  #over = false;

  /** @param timeoutMs null where the greeter is what the terminal shows while nobody uses it */
  constructor(
    seam: Omit<AuthenticationSeam, 'authenticated'>,
    card: Card | null,
    timeoutMs: number | null,
    loggedIn: (who: LoggedIn, token: string | null) => void,
  ) {
    this.#seam = seam;
    this.card = card;
    this.#loggedIn = loggedIn;
    if (timeoutMs !== null)
      this.#stopTimer = seam.deps.clock.after(timeoutMs, () => this.#end('timeout'));
    seam.greeter.ask({
      reason: 'login',
      user: null,
      shownName: null,
      session: null,
      notice: card ? NOTICE : null,
      onSuccess: ({ user, uid, login, sessionChoice }) => {
        const keyboard = seam.keyboard();
        if (uid !== null)
          void this.#came({ user, uid, proof: 'pam', login, keyboard, sessionChoice });
      },
      onFailure: () =>
        seam.deps.failedLogins.add({
          place: seam.place,
          reason: 'login',
          user: null,
          session: null,
          token: card?.hash ?? null,
        }),
      onCancel: () => this.#end('cancelled'),
    });
  }

  /** Tells nobody, and leaves the greeter to whoever shows something else. */
  [Symbol.dispose](): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopTimer?.();
    this.#seam.challenger.end();
  }

  async #came(who: LoggedIn): Promise<void> {
    this.#stopTimer?.();
    const record = this.card && (await this.#register(this.card, who.user));
    if (this.#over) return;
    this.#over = true;
    this.#loggedIn(who, record?.hash ?? null);
  }

  /** Somebody who has logged in gets a session, with or without the card. */
  async #register(card: Card, user: string): Promise<TokenRecord | null> {
    const { deps, place } = this.#seam;
    const keys = await shownKeys(this.#seam, card);
    if (this.#over) return null;
    const label = `${TOKEN_KINDS[card.token.kind].title}, registered at a terminal`;
    try {
      const record = await deps.registry.tokens.add(card.token, { user, label, keys });
      const details = { user, keys: Object.keys(keys).join(' '), by: 'user' };
      audit(deps, { kind: 'token-added', terminal: place.terminal, token: card.hash, details });
      return record;
    } catch (error) {
      const why = oneLine((error as Error).message);
      deps.log.error({ reason: why }, 'a card could not be registered');
      audit(deps, {
        kind: 'token-refused',
        terminal: place.terminal,
        token: card.hash,
        details: { user, why },
      });
      return null;
    }
  }

  #end(why: 'cancelled' | 'timeout'): void {
    if (this.#over) return;
    this[Symbol.dispose]();
    this.#seam.ended(why);
  }
}
