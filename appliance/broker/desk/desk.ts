import { ProtocolError } from '../../../protocol/errors.ts';
import { type ControlMessage, PageKind } from '../../../protocol/generated/control.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import type { Place } from '../../../protocol/session/place.ts';
import type { TokenHash } from '../../registry/records.ts';
import { CardChallenger } from '../cards/challenger.ts';
import type { AuthenticationRequest, DeskFacts, DeskPort } from '../floor/ports.ts';
import type { DeskGreeter } from '../greeter/desk-greeter.ts';
import type { Terminal } from '../terminal.ts';
import {
  Authentication,
  type AuthenticationSeam,
  type KnownCard,
  registeredKey,
} from './authentication.ts';
import { CardLookup } from './card-lookup.ts';
import { audit, type DeskDeps, oneLine } from './desk-deps.ts';
import { makeLoginScreen } from './login-screen.ts';
import { Newcomer } from './newcomer.ts';
import { Pace } from './pace.ts';
import { pageName } from './page-code.ts';
import { DeskPages } from './pages.ts';
import { type Card, Readers } from './readers.ts';
import { type GivenSession, SessionHere } from './session-here.ts';
import { TerminalWishes } from './terminal-wishes.ts';
import type { TerminalView } from './view.ts';
import { WayToPicture } from './way-to-picture.ts';

/** Answers that nobody waits for, as far as they are recorded. */
const STRAYS = [5, 10_000] as const;

/** One terminal that may be used: what it shows, the cards in its readers, who is logging in at it. */
export class Desk implements DeskPort {
  readonly place: Place;
  readonly terminalName: string;
  readonly #deps: DeskDeps;
  readonly #terminal: Terminal;
  readonly #view: TerminalView;
  readonly #wishes: TerminalWishes;
  readonly #pages: DeskPages;
  readonly #readers: Readers;
  readonly #here: SessionHere;
  readonly #cards: CardLookup;
  readonly #challenger: CardChallenger;
  readonly #greeter: DeskGreeter;
  readonly #log: Logger;
  readonly #sinceMs: number;
  readonly #lookups: Pace;
  readonly #strays: Pace;
  #login: Authentication | Newcomer | null = null;
  /** For another try at a page. */
  #lastRequest: AuthenticationRequest | null = null;
  #gone = false;
  /** Of the card that came last. */
  #way: WayToPicture | null = null;

  /** @param view of the terminal's connection, which outlives the desk */
  constructor(terminal: Terminal, view: TerminalView, name: string, deps: DeskDeps) {
    this.#deps = deps;
    this.#terminal = terminal;
    this.terminalName = name;
    this.place = { terminal: terminal.id, connection: terminal.connection };
    this.#log = terminal.log;
    this.#sinceMs = deps.wallMs();
    this.#wishes = new TerminalWishes(terminal.hello);
    const { clock } = deps;
    this.#lookups = deps.lookups.of(terminal.id);
    this.#strays = new Pace(...STRAYS, clock.nowMs);
    this.#view = view;
    this.#pages = new DeskPages(
      deps,
      this.#view,
      { terminalName: name, place: this.place, log: terminal.log },
      () => this.#passed(),
    );
    this.#challenger = new CardChallenger((message) => terminal.send(message), clock);
    this.#greeter = makeLoginScreen({
      deps,
      place: this.place,
      terminalName: name,
      view,
      pages: this.#pages,
      wishes: this.#wishes,
      log: terminal.log,
    });
    this.#readers = new Readers(
      (token) => deps.registry.tokens.hash(token),
      {
        inserted: (card) => void this.#inserted(card),
        removed: (card, current) => this.#removed(card, current),
        problem: (problem, detail) => this.#cardProblem(problem, detail),
        problemGone: () => this.#problemGone(),
      },
      clock,
    );
    this.#cards = new CardLookup(
      deps,
      terminal.log,
      (card) => !this.#gone && this.#readers.current === card,
    );
    this.#here = new SessionHere({
      view,
      wanted: () => this.wanted,
      insertionOf: (token) => this.#readers.insertionOf(token),
      onGone: (session, reason) => this.#sessionGone(session, reason),
    });
    terminal.onControl = (message) => this.#receive(message);
  }

  get #isHere(): boolean {
    return this.#here.id !== null;
  }

  get wanted() {
    return this.#wishes.wanted;
  }

  get facts(): DeskFacts {
    return {
      name: this.terminalName,
      fingerprint: this.place.terminal,
      address: this.#terminal.link.peer.address,
      sinceMs: this.#sinceMs,
      page: this.#pages.page === null ? null : pageName(this.#pages.page),
      session: this.#here.id,
    };
  }

  /** Shows what a terminal shows that nobody uses. */
  idle(): void {
    if (this.#gone || this.#isHere) return;
    this.#wishes.forget();
    const { idlePage } = this.#deps.policy;
    if (idlePage === 'greeter' && !this.#readers.current) return this.#greet(null);
    this.#draw(PageKind.insertCard);
  }

  show(session: GivenSession): void {
    if (this.#gone) return;
    const way = this.#way ?? new WayToPicture(this.#log);
    this.#way = null;
    way.mark('granted');
    this.#endLogin();
    this.#pages.gone();
    this.#lastRequest = null;
    this.#here.show(session, way);
    way.mark('viewed');
    this.#greeter.stop();
  }

  release(sessionId: string, attachment: number): void {
    if (!this.#here.isOf(sessionId, attachment)) return;
    this.#here.drop();
    this.#lastRequest = null;
    this.#endLogin();
    this.#greeter.stop();
    this.#view.clear();
    this.#idleUnlessTold();
  }

  page(page: PageKind, detail = ''): void {
    if (this.#gone || this.#here.isSeen) return;
    this.#endLogin();
    this.#draw(page, detail);
  }

  authenticate(request: AuthenticationRequest): void {
    if (this.#gone) return;
    this.#endLogin();
    if (this.#isHere && this.#here.id === request.session) this.#draw(PageKind.locked);
    this.#lastRequest = request;
    // The floor may be in the middle of something; nothing of a login happens before it is done.
    this.#login = new Authentication(this.#seam(), request, this.#cards.known);
  }

  endAuthentication(): void {
    this.#lastRequest = null;
    if (this.#login instanceof Authentication) {
      this.#endLogin();
      this.#idleUnlessTold();
    }
  }

  /** The registry has changed: a card that lies here may be known now, or no longer. */
  tokenChanged(hash: TokenHash): void {
    const card = this.#readers.current;
    if (card?.hash === hash && !this.#gone) void this.#inserted(card);
  }

  /** Takes everything from the terminal at once; the link stays. */
  [Symbol.dispose](): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#here.drop();
    this.#endLogin();
    this.#greeter.stop();
    this.#pages.gone();
    this.#readers[Symbol.dispose]();
    this.#challenger.end();
    this.#view.clear();
  }

  #receive(message: ControlMessage): void {
    switch (message.type) {
      case 'OutputsConfigure':
      case 'KeyboardLayout':
        this.#wishes.changed(message);
        return this.#view.tellSession(message);
      case 'CardInserted':
        this.#way = new WayToPicture(this.#log);
        return this.#readers.receive(message);
      case 'CardRemoved':
      case 'CardProblem':
        return this.#readers.receive(message);
      case 'CardProof':
      case 'CardProofFailed':
        if (!this.#challenger.receive(message)) this.#stray(message.type, message.request);
        return;
      case 'LoginRequest':
        return this.#wantsLogin();
      case 'Attach':
      case 'Shutdown':
      case 'LockSession':
      case 'UnlockSession':
        throw new ProtocolError('unexpected', 'terminal', `${message.type} is not for terminals`);
    }
  }

  async #inserted(card: Card): Promise<void> {
    this.#cards.forget();
    if (!this.#isHere) this.#takeOver();
    if (!this.#lookups.take()) {
      const told = this.#pages.page === PageKind.busy;
      return told ? undefined : this.#refuse(PageKind.busy, 'Too many cards. Wait a moment.');
    }
    if (!this.#isHere) this.#draw(PageKind.readingCard);
    const found = await this.#cards.find(card);
    if (found === null) return;
    if (found === 'failed')
      return this.#refuse(PageKind.failed, 'The card could not be looked up. Try again.');
    if (found === 'unknown') return this.#unknown(card);
    this.#way?.mark('known');
    this.#cardCounts(found);
    this.#cards.noteSeen(card.hash);
  }

  /** The card that came last counts; a login that another card began is over. */
  #takeOver(): void {
    const before = this.#login;
    this.#endLogin();
    const token = before instanceof Authentication ? before.request.token : null;
    this.#lastRequest = null;
    if (token) this.#deps.floor.tokenRemoved(this.place, token);
  }

  #cardCounts(known: KnownCard): void {
    const { card, record } = known;
    const keys = {
      cardKey: card.keys.cardKey && registeredKey(record, 'cardKey') !== null,
      pinKey: card.keys.pinKey && registeredKey(record, 'pinKey') !== null,
    };
    const request = this.#lastRequest;
    const covered = this.#here.isCovered && request?.user === record.user;
    this.#deps.floor.tokenInserted(this.place, { hash: card.hash, record, keys, lies: card.lies });
    // Their own session is here already, only locked: the card may open it.
    if (covered && this.#here.isCovered && this.#lastRequest === request)
      this.authenticate({ ...request, token: card.hash });
  }

  #unknown(card: Card): void {
    const { policy } = this.#deps;
    const details = { connection: this.place.connection, kind: card.token.kind };
    if (this.#isHere) {
      this.#audit('token-unknown', details, card.hash);
      return;
    }
    if (policy.registerAtFirstUse) return this.#greet(card);
    this.#draw(PageKind.unknownCard, '', { ...details, token: card.hash });
  }

  #removed(card: Card, current: boolean): void {
    const { drawn } = this.#pages;
    const login = this.#login;
    const spoke = this.#cards.known?.card === card;
    if (current) this.#cards.forget();
    if (current && this.#login instanceof Newcomer && this.#login.card) this.#endLogin();
    this.#deps.floor.tokenRemoved(this.place, card.hash);
    this.#here.stays(card, this.#cards.known?.card.hash ?? null);
    // It has not asked, but a proof of it may be on its way.
    if (spoke && login instanceof Authentication && login === this.#login && !login.request.token)
      return this.authenticate(login.request);
    if (!current || this.#isHere) return;
    // Where there is no session yet, the floor has nothing that it could end.
    const pending = this.#login instanceof Authentication ? this.#login.request : null;
    if (pending?.session === null && pending.token === card.hash) this.#endLogin();
    if (!this.#login && this.#pages.drawn === drawn) this.idle();
  }

  #sessionGone({ sessionId, attachment }: GivenSession, reason: string): void {
    this.#log.warn({ session: sessionId, reason }, 'the session has left the terminal');
    this.#deps.floor.attachFailed(this.place, sessionId, attachment);
  }

  #cardProblem(problem: string, detail: string): void {
    if (this.#lookups.take()) this.#audit('card-problem', { problem, detail: oneLine(detail) });
    if (this.#isHere || this.#login) return;
    const words = PROBLEM_WORDS[problem] ?? 'The card cannot be read.';
    this.#draw(PageKind.refused, words);
  }

  #problemGone(): void {
    if (!this.#login) this.idle();
  }

  /** Somebody pressed a key at a page. */
  #wantsLogin(): void {
    if (this.#login || this.#here.isSeen) return;
    if (!this.#lookups.take()) return;
    if (this.#isHere) {
      if (this.#lastRequest) this.authenticate(this.#lastRequest);
      return;
    }
    const { loginWithoutCard, registerAtFirstUse } = this.#deps.policy;
    const card = this.#readers.current;
    if (this.#cards.known) return this.#cardCounts(this.#cards.known);
    if (card && registerAtFirstUse) return this.#greet(card);
    if (loginWithoutCard) this.#greet(null);
  }

  #greet(card: Card | null): void {
    this.#endLogin();
    if (!this.#view.shows) this.#draw(PageKind.starting);
    const { idlePage, loginTimeoutMs } = this.#deps.policy;
    const timeoutMs = idlePage === 'greeter' && !card ? null : loginTimeoutMs;
    this.#login = new Newcomer(this.#seam(), card, timeoutMs, (who, token) => {
      this.#login = null;
      this.#deps.floor.loggedIn(this.place, { ...who, token });
      // A card that has just been registered is known from now on.
      if (card && token) this.#cards.learn(card);
    });
  }

  #seam(): AuthenticationSeam {
    return {
      deps: this.#deps,
      place: this.place,
      challenger: this.#challenger,
      greeter: this.#greeter,
      page: (page, detail, facts) => this.#draw(page, detail, facts),
      keyboard: () => this.#wishes.chosen,
      came: (step) => this.#way?.mark(step),
      authenticated: (request, how) => {
        this.#login = null;
        const { user, token } = request;
        const known = this.#cards.knownOf(user);
        const proved = token === null && known ? { ...how, card: known.card.hash } : how;
        // Its key may have been registered with this login.
        if (known?.record.learnsKeys) this.#cards.learn(known.card);
        this.#deps.floor.authenticated(this.place, request.session, proved);
      },
      ended: (why) => this.#loginEnded(why),
    };
  }

  #loginEnded(why: 'refused' | 'cancelled' | 'timeout'): void {
    const request = this.#login instanceof Authentication ? this.#login.request : null;
    this.#login = null;
    if (this.#isHere) this.#draw(PageKind.locked);
    else if (why === 'timeout') this.#draw(PageKind.loginTimeout);
    else if (why === 'cancelled') this.idle();
    if (request) this.#deps.floor.authenticationEnded(this.place, request.session, why);
  }

  /** The greeter goes with the next page or session. */
  #endLogin(): void {
    const login = this.#login;
    this.#login = null;
    login?.[Symbol.dispose]();
  }

  #refuse(page: PageKind, detail: string): void {
    if (!this.#isHere) this.#draw(page, detail);
  }

  #draw(page: PageKind, detail = '', facts: Readonly<Record<string, string>> = {}): void {
    if (this.#gone) return;
    this.#greeter.stop();
    this.#pages.draw(page, detail, facts);
  }

  /** With a card in the reader the page stays: to ask for one would be wrong. */
  #passed(): void {
    const stays = this.#readers.current && this.#deps.policy.idlePage !== 'greeter';
    if (!this.#login && !this.#isHere && !stays) this.idle();
  }

  /** The floor usually says why right after it took something away. */
  #idleUnlessTold(): void {
    const { drawn } = this.#pages;
    queueMicrotask(() => {
      if (this.#pages.drawn === drawn && !this.#login && !this.#isHere) this.idle();
    });
  }

  #stray(type: string, request: number): void {
    if (!this.#strays.take()) return;
    this.#log.warn({ type, request }, 'an answer to no challenge');
    const { connection } = this.place;
    this.#audit('card-answer-refused', { why: 'it answers no open challenge', connection });
  }

  #audit(kind: string, details: Record<string, string>, token: string | null = null): void {
    audit(this.#deps, { kind, terminal: this.place.terminal, token, details });
  }
}

const PROBLEM_WORDS: Readonly<Record<string, string>> = {
  unsupported: 'This kind of card cannot be used here.',
  mute: 'The card does not answer. Is it the right way round?',
  inUse: 'Another program uses the card.',
  readerLost: 'The card reader has gone.',
};
