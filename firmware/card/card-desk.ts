import {
  type CardChallenge,
  CardKey,
  CardKind,
  CardProblemKind,
  type ControlMessage,
  ProofProblem,
} from '../../protocol/generated/control.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { type CardProofSubject, cardProofText } from '../../protocol/session/card-proof.ts';
import { CardPlaces, type Lying, type ReaderNow } from './card-places.ts';
import {
  type CardKeyName,
  type CardReader,
  type InsertedToken,
  ProofError,
  type ProofFailure,
  type TokenProblem,
} from './card-reader.ts';
import { ALL_READERS, type ReaderOrder } from './reader-order.ts';

const UNKNOWN_TRIES = 255;

/** Asks the person for a PIN. */
export interface PinSource {
  ask(hint: string, signal: AbortSignal): Promise<Uint8Array | null>;
  say(line: string, name?: 'pin' | 'pinBlocked'): void;
}

export interface CardDeskDeps {
  readonly readers: readonly CardReader[];
  /** Which reader is preferred; without it none is. */
  readonly order?: ReaderOrder;
  /** Drops the message when there is no link. */
  readonly send: (message: ControlMessage) => void;
  /** What proofs are bound to; null while there is no link whose ends are known. */
  readonly ends: () => Pick<CardProofSubject, 'serverFingerprint' | 'terminalFingerprint'> | null;
  readonly pin: PinSource;
  /** A card is being read and was not told to the server yet; or that has ended without one. */
  readonly reading: (reading: boolean) => void;
  /** The card of this insertion has left its reader; called before the server is told. */
  readonly removed: (insertion: number) => void;
  /** Whether what the card of this insertion brought is on the screen. */
  readonly isShown?: (insertion: number) => boolean;
  readonly log: Logger;
}

interface Challenge {
  readonly message: CardChallenge;
  readonly lying: Lying;
  readonly abort: AbortController;
}

/** Tells the server which tokens come and go, and has them answer its challenges. */
export class CardDesk {
  readonly #deps: CardDeskDeps;
  readonly #places: CardPlaces;
  #connected = false;
  #listens = false;
  #nextWire = 1;
  #challenge: Challenge | null = null;

  constructor(deps: CardDeskDeps) {
    this.#deps = deps;
    this.#places = new CardPlaces(deps.order ?? ALL_READERS);
  }

  /** Tells of what lies there, on a link that has counted no insertions yet. */
  connected(): void {
    this.#connected = true;
    this.#nextWire = 1;
    for (const lying of this.#places.all()) lying.wire = 0;
    this.#listen();
    this.#announceAll();
  }

  disconnected(): void {
    this.#connected = false;
    this.drop();
  }

  /** Whether the card of this insertion, as the server counts, is still there. */
  lies(insertion: number): boolean {
    return insertion > 0 && this.#places.all().some(({ wire }) => wire === insertion);
  }

  /** For people; card readers are not there before the first server that knows cards. */
  readersNow(): readonly ReaderNow[] {
    return this.#places.now(this.#deps.readers);
  }

  /** @returns whether the message was meant for cards */
  receive(message: ControlMessage): boolean {
    if (message.type === 'CardChallenge') void this.#challenged(message);
    else if (message.type === 'CardChallengeEnd') this.drop(message.request);
    else return false;
    return true;
  }

  /** Lets go of a challenge without an answer; of any one, or only of this request's. */
  drop(request?: number): void {
    const challenge = this.#challenge;
    if (!challenge || (request !== undefined && challenge.message.request !== request)) return;
    this.#challenge = null;
    challenge.abort.abort();
  }

  [Symbol.dispose](): void {
    this.disconnected();
    for (const reader of this.#deps.readers) reader[Symbol.dispose]();
  }

  /** Nobody needs the readers before the first server that knows cards. */
  #listen(): void {
    if (this.#listens) return;
    this.#listens = true;
    for (const reader of this.#deps.readers) {
      reader.listen({
        reading: (insertion, name) => {
          if (this.#places.reads(reader, insertion, name)) this.#deps.reading(true);
        },
        inserted: (token) => this.#came(reader, token),
        problem: (problem) => this.#came(reader, problem),
        removed: (insertion) => this.#went(reader, insertion),
        isShown: (insertion) => this.#isShown(reader, insertion),
      });
    }
  }

  #came(reader: CardReader, what: InsertedToken | TokenProblem): void {
    const lying = this.#places.came(reader, what);
    if (!lying) this.#deps.log.warn({ reader: what.reader }, 'too many cards at once');
    this.#announceAll();
    if (!lying?.ignored) return;
    this.#deps.reading(false);
    this.#tellIgnored(lying);
  }

  #tellIgnored({ what }: Lying): void {
    const { reader } = what;
    const why = 'problem' in what ? { problem: what.problem, detail: what.detail } : {};
    this.#deps.log.info({ reader, ...why }, 'card ignored: another one counts');
  }

  #went(reader: CardReader, insertion: number): void {
    const lying = this.#places.went(reader, insertion);
    if (lying) this.#gone(lying);
    else this.#deps.reading(false);
    this.#announceAll();
  }

  #gone(lying: Lying): void {
    const { what, wire } = lying;
    this.#deps.log.info({ reader: what.reader }, 'token removed');
    if (!this.#connected || wire === 0) return;
    this.#deps.removed(wire);
    const challenge = this.#challenge?.lying === lying ? this.#challenge : null;
    if (challenge) {
      this.drop();
      this.#fail(challenge.message, 'removed', null);
    }
    this.#deps.send({ type: 'CardRemoved', insertion: wire });
  }

  #isShown(reader: CardReader, insertion: number): boolean {
    const lying = this.#places.find(reader, insertion);
    return !!lying && lying.wire > 0 && (this.#deps.isShown?.(lying.wire) ?? false);
  }

  /** Whatever counts by now and was not told of on this link. */
  #announceAll(): void {
    for (const passed of this.#places.choose()) this.#tellIgnored(passed);
    if (!this.#connected) return;
    for (const lying of this.#places.all())
      if (lying.wire === 0 && this.#places.counts(lying)) this.#announce(lying);
  }

  #announce(lying: Lying): void {
    const { what } = lying;
    const insertion = this.#nextWire++;
    lying.wire = insertion;
    const { reader } = what;
    if ('problem' in what) {
      const { problem, detail } = what;
      this.#deps.log.warn({ reader, problem, detail }, 'card cannot be used');
      this.#deps.send({
        type: 'CardProblem',
        insertion,
        reader,
        problem: CardProblemKind[problem],
        detail: detail.slice(0, 256),
      });
      return;
    }
    this.#deps.log.info({ reader, kind: what.kind }, 'token inserted');
    const { tokenId, atr, keys, eventUs } = what;
    const kind = CardKind[what.kind];
    this.#deps.send({
      type: 'CardInserted',
      insertion,
      reader,
      kind,
      tokenId,
      atr,
      ...keys,
      eventUs,
    });
  }

  async #challenged(message: CardChallenge): Promise<void> {
    this.drop();
    const lying = this.#places.all().find(({ wire }) => wire > 0 && wire === message.insertion);
    if (!lying) return this.#fail(message, 'removed', null);
    const challenge = { message, lying, abort: new AbortController() };
    this.#challenge = challenge;
    try {
      await this.#answer(challenge);
    } catch (error) {
      if (this.#challenge === challenge) this.#failed(challenge, error);
    } finally {
      if (this.#challenge === challenge) this.#challenge = null;
    }
  }

  /** @throws ProofError */
  async #answer(challenge: Challenge): Promise<void> {
    const { message, lying } = challenge;
    const text = this.#text(challenge);
    const pin = message.key === CardKey.pinKey ? await this.#pin(challenge) : null;
    try {
      if (this.#challenge !== challenge) return;
      const proof = await lying.reader.prove({
        insertion: lying.insertion,
        key: keyName(message.key),
        text,
        ...(pin ? { pin } : {}),
      });
      if (this.#challenge !== challenge) return;
      const { insertion, request, key } = message;
      this.#deps.send({ type: 'CardProof', insertion, request, key, ...proof });
    } finally {
      pin?.fill(0);
    }
  }

  #text({ message, lying: { what } }: Challenge): Uint8Array {
    const ends = this.#deps.ends();
    if (!ends || 'problem' in what) throw new ProofError('noKey', 'there is nothing to prove');
    const token = { kind: what.kind, id: what.tokenId };
    const key = keyName(message.key);
    return cardProofText({ ...ends, token, key, nonce: message.nonce });
  }

  async #pin({ lying, abort }: Challenge): Promise<Uint8Array> {
    const left = await lying.reader.pinTriesLeft(lying.insertion);
    if (left === 0) throw new ProofError('pinBlocked', 'the PIN is blocked', { triesLeft: 0 });
    const hint = lying.hint || (left !== null && left < 3 ? triesLine(left) : '');
    lying.hint = '';
    const pin = await this.#deps.pin.ask(hint, abort.signal);
    if (!pin) throw new ProofError('cancelled', 'nobody typed a PIN');
    return pin;
  }

  #failed({ message, lying }: Challenge, error: unknown): void {
    const proof = error instanceof ProofError ? error : null;
    const code = proof?.code ?? 'failed';
    const triesLeft = proof?.triesLeft ?? null;
    if (code === 'pinWrong') {
      const wrong = triesLeft === null ? 'Wrong PIN.' : `Wrong PIN. ${triesLine(triesLeft)}`;
      this.#deps.pin.say(wrong);
      // Whether it is asked again is the server's decision.
      lying.hint = `${wrong} Type it again.`;
    }
    if (code === 'pinBlocked') this.#deps.pin.say('', 'pinBlocked');
    this.#deps.log.info(
      { problem: code, reason: (error as Error).message },
      'no proof of the card',
    );
    this.#fail(message, code, triesLeft);
  }

  #fail({ insertion, request }: CardChallenge, problem: ProofFailure, left: number | null): void {
    const triesLeft = Math.min(left ?? UNKNOWN_TRIES, UNKNOWN_TRIES);
    this.#deps.send({
      type: 'CardProofFailed',
      insertion,
      request,
      problem: ProofProblem[problem],
      triesLeft,
    });
  }
}

const keyName = (key: number): CardKeyName => (key === CardKey.pinKey ? 'pinKey' : 'cardKey');

const triesLine = (left: number): string =>
  left === 1 ? 'This is the last try.' : `${left} tries are left.`;
