import { ProtocolError } from '../../../protocol/errors.ts';
import {
  type CardInserted,
  CardKind,
  type CardProblem,
  type CardRemoved,
} from '../../../protocol/generated/control.ts';
import {
  EMPTY_READER,
  type ReaderEffect,
  type ReaderEvent,
  type ReaderState,
  readerTransition,
} from '../../../protocol/session/flap.ts';
import { type LocatingToken, makeToken } from '../../../protocol/session/token.ts';
import type { TokenHash } from '../../registry/records.ts';
import type { Clock } from './clock.ts';

/** A machine has a few; this is for one that is not honest. */
const MAX_READERS = 16;
/** A terminal that connects, perhaps anew, tells at once which cards lie in it. */
const TOLD_AT_ONCE_MS = 2000;

/** A card that lies in a reader and is believed. */
export interface Card {
  readonly insertion: number;
  /** It may have lain there when the terminal connected. */
  readonly lies: boolean;
  readonly hash: TokenHash;
  readonly keys: { readonly cardKey: boolean; readonly pinKey: boolean };
  /** For the signature and for registering it; never logged. */
  readonly token: LocatingToken;
}

export interface CardListener {
  inserted(card: Card): void;
  /** `current`: no card of another reader has come after it. */
  removed(card: Card, current: boolean): void;
  /** A card lies there that cannot be used. */
  problem(problem: 'unsupported' | 'mute' | 'inUse' | 'readerLost', detail: string): void;
  /** The unusable card is gone. */
  problemGone(): void;
}

interface Reader {
  state: ReaderState;
  stopTimer: (() => void) | null;
  /** As last told by the terminal, believed or not. */
  latest: Card | null;
  /** As last told to the listener. */
  believed: Card | null;
  /** Insertion of the card that cannot be used. */
  problem: number | null;
}

/**
 * The readers of one terminal. The card that came last counts; when it goes, no other card takes its place by itself,
 * even if it still lies in its reader.
 */
export class Readers {
  readonly #hash: (token: LocatingToken) => TokenHash;
  readonly #listener: CardListener;
  readonly #clock: Clock;
  readonly #readers = new Map<string, Reader>();
  #lastInsertion = 0;
  /** Not once a card was taken out: then somebody is there. */
  #lieUntilMs: number;
  #current: Card | null = null;

  constructor(hash: (token: LocatingToken) => TokenHash, listener: CardListener, clock: Clock) {
    this.#hash = hash;
    this.#listener = listener;
    this.#clock = clock;
    this.#lieUntilMs = clock.nowMs() + TOLD_AT_ONCE_MS;
  }

  get current(): Card | null {
    return this.#current;
  }

  /** Of the card with this hash that lies in a reader and is believed; 0 without one. */
  insertionOf(hash: TokenHash): number {
    if (this.#current?.hash === hash) return this.#current.insertion;
    for (const { believed } of this.#readers.values())
      if (believed?.hash === hash) return believed.insertion;
    return 0;
  }

  /** @throws ProtocolError when the terminal does not count as it must, or has more readers than a machine has */
  receive(message: CardInserted | CardRemoved | CardProblem): void {
    if (message.type === 'CardRemoved') return this.#removed(message.insertion);
    if (message.insertion <= this.#lastInsertion) throw wrong('insertions count up');
    this.#lastInsertion = message.insertion;
    const reader = this.#reader(message.reader);
    if (message.type === 'CardProblem') return this.#problem(reader, message);
    const card = this.#cardOf(reader, message);
    if (!card) return;
    // Another insertion without a removal in between: the removal was missed.
    if (reader.latest) this.#step(reader, { type: 'removed', atMs: this.#clock.nowMs() });
    reader.latest = card;
    reader.problem = null;
    this.#step(reader, { type: 'inserted', token: card.hash, atMs: this.#clock.nowMs() });
  }

  [Symbol.dispose](): void {
    for (const { stopTimer } of this.#readers.values()) stopTimer?.();
    this.#readers.clear();
    this.#current = null;
  }

  #reader(name: string): Reader {
    const known = this.#readers.get(name);
    if (known) return known;
    this.#forgetEmpty();
    if (this.#readers.size >= MAX_READERS) throw wrong(`more than ${MAX_READERS} readers`);
    const reader: Reader = {
      state: EMPTY_READER,
      stopTimer: null,
      latest: null,
      believed: null,
      problem: null,
    };
    this.#readers.set(name, reader);
    return reader;
  }

  /** Readers come and go, often under new names. */
  #forgetEmpty(): void {
    if (this.#readers.size < MAX_READERS) return;
    for (const [name, { latest, stopTimer, problem, state }] of this.#readers) {
      const calm = state.calmAtMs === null || state.calmAtMs <= this.#clock.nowMs();
      if (!latest && !stopTimer && problem === null && calm) this.#readers.delete(name);
    }
  }

  #cardOf(
    reader: Reader,
    { insertion, kind, tokenId, cardKey, pinKey }: CardInserted,
  ): Card | null {
    const name = KINDS[kind as CardKind];
    if (!name) {
      // Newer terminals may know more kinds.
      this.#problemOf(reader, insertion, 'unsupported', `kind ${kind} is not known here`);
      return null;
    }
    try {
      const token = makeToken(name, tokenId);
      return {
        insertion,
        lies: this.#clock.nowMs() < this.#lieUntilMs,
        hash: this.#hash(token),
        keys: { cardKey, pinKey },
        token,
      };
    } catch (error) {
      this.#problemOf(reader, insertion, 'unsupported', (error as Error).message);
      return null;
    }
  }

  #removed(insertion: number): void {
    this.#lieUntilMs = 0;
    const all = [...this.#readers.values()];
    const reader = all.find(({ latest }) => latest?.insertion === insertion);
    if (reader) {
      reader.latest = null;
      return this.#step(reader, { type: 'removed', atMs: this.#clock.nowMs() });
    }
    const troubled = all.find(({ problem }) => problem === insertion);
    if (!troubled) return;
    troubled.problem = null;
    this.#listener.problemGone();
  }

  #problem(reader: Reader, { insertion, problem, detail }: CardProblem): void {
    this.#problemOf(reader, insertion, PROBLEMS[problem] ?? 'unsupported', detail);
  }

  #problemOf(
    reader: Reader,
    insertion: number,
    problem: (typeof PROBLEMS)[number],
    detail: string,
  ): void {
    if (reader.latest) {
      reader.latest = null;
      this.#step(reader, { type: 'removed', atMs: this.#clock.nowMs() });
    }
    reader.problem = insertion;
    this.#listener.problem(problem, detail);
  }

  #step(reader: Reader, event: ReaderEvent): void {
    const { state, effects } = readerTransition(reader.state, event);
    reader.state = state;
    for (const effect of effects) this.#carryOut(reader, effect);
  }

  #carryOut(reader: Reader, effect: ReaderEffect): void {
    switch (effect.type) {
      case 'inserted':
        reader.believed = reader.latest;
        if (!reader.believed) return;
        this.#current = reader.believed;
        return this.#listener.inserted(reader.believed);
      case 'removed': {
        const card = reader.believed;
        reader.believed = null;
        if (!card) return;
        const current = this.#current === card;
        if (current) this.#current = null;
        return this.#listener.removed(card, current);
      }
      case 'startTimer':
        reader.stopTimer = this.#clock.after(effect.afterMs, () => {
          reader.stopTimer = null;
          this.#step(reader, { type: 'timerFired', atMs: this.#clock.nowMs() });
        });
        return;
      case 'stopTimer':
        reader.stopTimer?.();
        reader.stopTimer = null;
        return;
      default:
        effect satisfies never;
    }
  }
}

const KINDS = {
  [CardKind.smartCard]: 'smartCard',
  [CardKind.badge]: 'badge',
  [CardKind.software]: 'software',
} as const;
/** By number of CardProblemKind. */
const PROBLEMS = ['unsupported', 'mute', 'inUse', 'readerLost'] as const;

const wrong = (what: string) => new ProtocolError('out-of-range', 'card', what);
