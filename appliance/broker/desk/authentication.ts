import { PageKind } from '../../../protocol/generated/control.ts';
import type { CardKeyName } from '../../../protocol/session/card-proof.ts';
import type { Place } from '../../../protocol/session/place.ts';
import type { Proof } from '../../../protocol/session/policy.ts';
import type { TokenRecord } from '../../registry/records.ts';
import type { CardChallenger, ChallengeAnswer } from '../cards/challenger.ts';
import { verifyCardProof } from '../cards/verify.ts';
import type { Authenticated, AuthenticationRequest } from '../floor/ports.ts';
import type { DeskGreeter } from '../greeter/desk-greeter.ts';
import { shownKeys } from './card-keys.ts';
import { audit, type DeskDeps, oneLine } from './desk-deps.ts';
import type { Card } from './readers.ts';
import type { WayStep } from './way-to-picture.ts';

/** A card that lies in the reader and that the registry knows. */
export interface KnownCard {
  readonly card: Card;
  readonly record: TokenRecord;
}

export interface AuthenticationSeam {
  readonly deps: DeskDeps;
  readonly place: Place;
  readonly challenger: CardChallenger;
  readonly greeter: DeskGreeter;
  /** `facts`: for the log of events. */
  readonly page: (page: PageKind, detail?: string, facts?: Record<string, string>) => void;
  /** Chosen at the greeter. */
  readonly keyboard: () => Authenticated['keyboard'];
  /** On the way to a picture. */
  readonly came: (step: WayStep) => void;
  readonly authenticated: (request: AuthenticationRequest, how: Authenticated) => void;
  readonly ended: (why: 'refused' | 'cancelled' | 'timeout') => void;
}

type StepResult = 'proved' | 'notThis' | 'gone' | 'timeout' | 'cancelled';

/** A card blocks its PIN by itself; this is for a terminal that is not honest. */
const PIN_ROUNDS = 10;
const SLOT_PROOF: Readonly<Record<CardKeyName, Proof>> = { cardKey: 'cardKey', pinKey: 'pin' };

/** The key of a card's slot that is registered; a software token has one key, which answers without a PIN. */
export function registeredKey(record: TokenRecord, key: CardKeyName): string | null {
  if (record.kind === 'software')
    return key === 'cardKey' ? (record.keys.software ?? record.keys.cardKey ?? null) : null;
  return record.keys[key] ?? null;
}

/** Lets somebody prove who they are in the least troublesome way that is accepted: card, card and PIN, password. */
export class Authentication {
  readonly request: AuthenticationRequest;
  readonly #seam: AuthenticationSeam;
  readonly #known: KnownCard | null;
  #stopTimers: (() => void)[] = [];
  #over = false;
  #why = 'nothing that is accepted could be shown';

  constructor(seam: AuthenticationSeam, request: AuthenticationRequest, known: KnownCard | null) {
    this.#seam = seam;
    this.request = request;
    // Any registered card of the user's speaks for the user, and nobody else's.
    this.#known = known?.record.user === request.user ? known : null;
    const { policy } = seam.deps;
    this.#after(policy.loginTimeoutMs, () => this.#end('timeout'));
    const waitMs = seam.deps.attempts.waitMs(...this.#blamed());
    if (waitMs === 0) void this.#run();
    else this.#wait(waitMs);
  }

  /** Tells nobody, and leaves the greeter to whoever shows something else. */
  [Symbol.dispose](): void {
    if (this.#over) return;
    this.#over = true;
    for (const stop of this.#stopTimers) stop();
    this.#seam.challenger.end();
  }

  #wait(waitMs: number): void {
    const seconds = Math.ceil(waitMs / 1000);
    this.#seam.page(PageKind.busy, `Too many attempts failed. Wait ${seconds} seconds.`);
    this.#after(waitMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    for (const key of ['cardKey', 'pinKey'] as const) {
      const result = await this.#tryCard(key);
      if (this.#over || result === 'gone') return;
      if (result === 'proved') return this.#proved(SLOT_PROOF[key]);
      if (result === 'timeout' || result === 'cancelled') return this.#end(result);
    }
    if (this.request.accepts.includes('pam')) return this.#askPassword();
    // Its key would be good enough, but that it lies there is not.
    if (this.request.accepts.length === 0) return this.#insertAnew();
    this.#record('authentication-refused', { why: this.#why });
    this.#seam.page(PageKind.refused, 'This card cannot show that it is yours.', this.#facts());
    this.#end('refused');
  }

  #insertAnew(): void {
    this.#seam.page(PageKind.locked, 'Take the card out and insert it again.');
    this.#end('refused');
  }

  async #tryCard(key: CardKeyName): Promise<StepResult> {
    const known = this.#known;
    if (!known || !this.request.accepts.includes(SLOT_PROOF[key])) return 'notThis';
    if (!known.card.keys[key] || registeredKey(known.record, key) === null) {
      this.#why = `the card has no ${key} that is registered`;
      return 'notThis';
    }
    this.#seam.page(PageKind.readingCard);
    for (let round = 0; round < PIN_ROUNDS; round++) {
      // Before it is sent: the terminal may have it before this process goes on.
      this.#seam.came('asked');
      const answer = await this.#seam.challenger.ask({ insertion: known.card.insertion, key });
      if (this.#over) return 'gone';
      this.#seam.came('answered');
      const result = this.#judge(known, key, answer);
      if (result !== 'again') return result;
    }
    return 'notThis';
  }

  #judge(known: KnownCard, key: CardKeyName, answer: ChallengeAnswer): StepResult | 'again' {
    switch (answer.kind) {
      case 'proof':
        return this.#verify(known, key, answer);
      case 'timeout':
        this.#why = 'the card did not answer in time';
        return key === 'pinKey' && !this.request.accepts.includes('pam') ? 'timeout' : 'notThis';
      case 'ended':
        return 'gone';
      case 'failed':
        this.#why = `the card gave no proof: ${answer.problem}`;
        // The card that asks takes the request with it; one that was only at hand does not.
        if (answer.problem === 'removed')
          return known.card.hash === this.request.token ? 'gone' : 'notThis';
        if (answer.problem === 'cancelled' && !this.request.accepts.includes('pam'))
          return 'cancelled';
        if (answer.problem === 'pinWrong') this.#blame('card-pin-wrong', this.#why);
        return answer.problem === 'pinWrong' && answer.triesLeft !== 0 ? 'again' : 'notThis';
      default:
        return answer satisfies never;
    }
  }

  #verify(
    { card, record }: KnownCard,
    key: CardKeyName,
    { nonce, certificate, signature }: ChallengeAnswer & { kind: 'proof' },
  ): StepResult {
    const { deps, place } = this.#seam;
    const verdict = verifyCardProof({
      subject: {
        serverFingerprint: deps.serverFingerprint,
        terminalFingerprint: place.terminal,
        token: card.token,
        key,
        nonce,
      },
      certificate,
      signature,
      registeredKey: registeredKey(record, key),
      trust: deps.trust,
      atMs: deps.wallMs(),
    });
    if (verdict.good) {
      this.#seam.came('proved');
      return 'proved';
    }
    this.#why = verdict.why;
    this.#blame('card-proof-refused', verdict.why);
    return 'notThis';
  }

  #askPassword(): void {
    const { request } = this;
    this.#seam.greeter.ask({
      reason: request.unlock ? 'unlock' : 'login',
      user: request.user,
      shownName: this.#known?.record.shownName ?? null,
      session: request.unlock ? request.session : null,
      notice: null,
      onSuccess: ({ login, sessionChoice }) => void this.#loggedIn(login, sessionChoice),
      onFailure: () => this.#loginFailed(),
      onCancel: () => this.#end('cancelled'),
    });
  }

  #loginFailed(): void {
    const { session, user, unlock, token } = this.request;
    this.#seam.deps.failedLogins.add({
      place: this.#seam.place,
      reason: unlock ? 'unlock' : 'login',
      user,
      session,
      token: this.#known?.card.hash ?? token,
    });
  }

  async #loggedIn(login: string | null, sessionChoice: string | null): Promise<void> {
    const known = this.#known;
    if (known?.record.learnsKeys && this.#seam.deps.policy.learnsCardKeys) {
      this.#stopAll();
      await this.#learnKeys(known);
    }
    if (!this.#over) this.#proved('pam', login, sessionChoice);
  }

  /** The card was registered by its code alone: what it shows to somebody who knows the password is its key. */
  async #learnKeys({ card, record }: KnownCard): Promise<void> {
    const { deps } = this.#seam;
    const keys = await shownKeys(this.#seam, card);
    const names = Object.keys(keys).join(' ');
    if (this.#over || names === '') return;
    try {
      await deps.registry.tokens.setKeys(record.hash, keys);
      this.#record('token-keys-set', { keys: names, by: 'user' });
    } catch (error) {
      const why = oneLine((error as Error).message);
      this.#record('token-refused', { why });
    }
  }

  #proved(proof: Proof, login: string | null = null, sessionChoice: string | null = null): void {
    const { attempts } = this.#seam.deps;
    attempts.succeeded(...this.#blamed());
    this.#finish();
    const keyboard = this.#seam.keyboard();
    const { request } = this;
    const how = { user: request.user, proof, login, keyboard, sessionChoice };
    this.#seam.authenticated(request, how);
  }

  #end(why: 'refused' | 'cancelled' | 'timeout'): void {
    if (this.#over) return;
    this[Symbol.dispose]();
    this.#seam.ended(why);
  }

  #finish(): void {
    this.#over = true;
    this.#stopAll();
  }

  #stopAll(): void {
    for (const stop of this.#stopTimers) stop();
  }

  #after(delayMs: number, act: () => void): void {
    this.#stopTimers.push(
      this.#seam.deps.clock.after(delayMs, () => {
        if (!this.#over) act();
      }),
    );
  }

  #blamed(): string[] {
    const token = this.#known ? [`token ${this.#known.card.hash}`] : [];
    return [`terminal ${this.#seam.place.terminal}`, ...token];
  }

  /** Whoever looks the page's code up finds the reason. */
  #facts(): Record<string, string> {
    const { user, token } = this.request;
    const card = this.#known?.card.hash ?? token;
    return { why: this.#why, user, ...(card === null ? {} : { token: card }) };
  }

  #blame(kind: string, why: string): void {
    this.#seam.deps.attempts.failed(...this.#blamed());
    this.#record(kind, { why });
  }

  #record(kind: string, details: Record<string, string>): void {
    const { place, deps } = this.#seam;
    const token = this.#known?.card.hash ?? this.request.token;
    const { session } = this.request;
    const { user } = this.request;
    audit(deps, {
      kind,
      session,
      terminal: place.terminal,
      token,
      details: { ...details, user, connection: place.connection },
    });
    deps.log.warn({ terminal: place.terminal.slice(0, 16), ...details }, kind);
  }
}
