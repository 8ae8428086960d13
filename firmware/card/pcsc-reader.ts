import {
  pcscStatusName,
  type ReaderState,
  type ReadersSeen,
  ReaderWatch,
} from '../../native/card/index.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { CardError } from './card-error.ts';
import {
  type CardReader,
  type CardReaderEvents,
  type Proof,
  ProofError,
  type ProofRequest,
  type TokenProblem,
} from './card-reader.ts';
import { CardSession } from './card-session.ts';
import { CardSlot } from './card-slot.ts';
import { CARD_LIMITS, type CardLimits } from './limits.ts';
import { isMute, isShared, type ReaderChange, readerChanges } from './reader-changes.ts';
import { ALL_READERS, ReaderOrder } from './reader-order.ts';

export interface PcscReaderOptions {
  /** Only readers whose name contains this, or that are in use by this order; null for all. */
  readonly reader: string | ReaderOrder | null;
  readonly log: Logger;
  readonly limits?: Partial<CardLimits>;
}

/** One reader with what lies in it. */
interface Seat {
  state: ReaderState;
  slot: CardSlot | null;
  problem: TokenProblem['problem'] | null;
  timer: NodeJS.Timeout | null;
  /** When nothing of the last card's session is left. */
  ended: Promise<void>;
}

const ATR_MAX_BYTES = 33;
/** Bad contacts happen while a card is still on its way in. */
const READ_TRIES = 2;

/** All smart card and badge readers of this terminal, through pcscd. Without it, it looks for it now and then. */
export class PcscReader implements CardReader {
  readonly #options: PcscReaderOptions;
  readonly #limits: CardLimits;
  readonly #order: ReaderOrder;
  readonly #seats = new Map<string, Seat>();
  #events: CardReaderEvents | null = null;
  #watch: ReaderWatch | null = null;
  #seen: readonly ReaderState[] = [];
  #service: number | null = null;
  #lastInsertion = 0;

  constructor(options: PcscReaderOptions) {
    this.#options = options;
    this.#limits = { ...CARD_LIMITS, ...options.limits };
    this.#order = orderOf(options.reader);
  }

  listen(events: CardReaderEvents): void {
    this.#events = events;
    this.#watch = new ReaderWatch((seen) => this.#look(seen));
  }

  names(): readonly string[] {
    return this.#seen.map(({ name }) => shortened(name));
  }

  async prove(request: ProofRequest): Promise<Proof> {
    return this.#slotOf(request.insertion).prove(request);
  }

  async pinTriesLeft(insertion: number): Promise<number | null> {
    return this.#slotOf(insertion).pinTriesLeft();
  }

  [Symbol.dispose](): void {
    this.#events = null;
    this.#watch?.[Symbol.dispose]();
    this.#watch = null;
    for (const seat of this.#seats.values()) release(seat);
    this.#seats.clear();
  }

  #slotOf(insertion: number): CardSlot {
    for (const { slot } of this.#seats.values()) if (slot?.insertion === insertion) return slot;
    throw new ProofError('removed', 'the card is gone');
  }

  #look({ status, readers, timeUs }: ReadersSeen): void {
    if (!this.#events) return;
    this.#tellService(status);
    const seen = readers.filter(({ name }) => this.#order.uses(name));
    const changes = readerChanges(this.#seen, seen);
    this.#seen = seen;
    for (const change of changes) this.#change(change, timeUs);
  }

  /** Once for each turn of affairs, for a terminal without readers is nothing to worry about. */
  #tellService(status: number): void {
    const { log } = this.#options;
    if (status === 0 && this.#service !== 0) log.info('looking for cards');
    else if (status !== 0 && (this.#service === null || this.#service === 0))
      log.info({ reason: pcscStatusName(status) }, 'no card readers: pcscd does not answer');
    this.#service = status;
  }

  #change(change: ReaderChange, timeUs: number): void {
    const { log } = this.#options;
    switch (change.type) {
      case 'readerCame':
        return log.info({ reader: change.reader }, 'card reader found');
      case 'readerWent':
        this.#seats.delete(change.reader);
        return log.info({ reader: change.reader }, 'card reader gone');
      case 'cardCame':
        return this.#came(change.reader, timeUs);
      case 'cardWent':
        return this.#went(change.reader);
      case 'cardShared':
        return this.#shared(change.reader, timeUs);
      default:
        change satisfies never;
    }
  }

  #came(state: ReaderState, timeUs: number): void {
    this.#lastInsertion += 1;
    const insertion = this.#lastInsertion;
    const old = this.#seats.get(state.name);
    const seat: Seat = {
      state,
      slot: null,
      problem: null,
      timer: null,
      ended: old?.ended ?? Promise.resolve(),
    };
    const session = new CardSession({
      reader: state.name,
      limits: this.#limits,
      isShared: () => isShared(seat.state),
      after: seat.ended,
    });
    const slot = new CardSlot(insertion, session, this.#limits.proveMs);
    seat.slot = slot;
    this.#seats.set(state.name, seat);
    this.#events?.reading(insertion, shortened(state.name));
    if (isMute(state)) return this.#problem(seat, slot, 'mute', 'the card does not power up');
    void this.#read(seat, slot, timeUs);
  }

  #went(name: string): void {
    const seat = this.#seats.get(name);
    const insertion = seat?.slot?.insertion;
    if (!seat || insertion === undefined) return;
    const lost = !this.#seen.some((reader) => reader.name === name);
    const slot = seat.slot as CardSlot;
    if (lost && seat.timer) this.#problem(seat, slot, 'readerLost', 'the reader went');
    release(seat);
    this.#events?.removed(insertion);
  }

  /** Whoever had the card for themselves may have let go: then it is as if it came now. */
  #shared(state: ReaderState, timeUs: number): void {
    const seat = this.#seats.get(state.name);
    if (!seat) return;
    seat.state = state;
    if (seat.problem !== 'inUse' || isShared(state)) return;
    this.#went(state.name);
    this.#came(state, timeUs);
  }

  async #read(seat: Seat, slot: CardSlot, eventUs: number): Promise<void> {
    const late = () => this.#problem(seat, slot, 'mute', 'the card takes too long');
    seat.timer = setTimeout(late, this.#limits.readMs);
    const { name: reader, atr } = seat.state;
    try {
      const { token, keys } = await identifyPatiently(slot);
      if (!this.#reads(seat, slot)) return;
      this.#settle(seat);
      const { kind, id: tokenId } = token;
      const { insertion } = slot;
      this.#events?.inserted({
        insertion,
        reader: shortened(reader),
        kind,
        tokenId,
        atr: atr.subarray(0, ATR_MAX_BYTES),
        keys,
        eventUs,
      });
      slot.prepare();
    } catch (error) {
      if (!(error instanceof CardError)) throw error;
      if (this.#reads(seat, slot)) this.#failed(seat, slot, error);
    }
  }

  #failed(seat: Seat, slot: CardSlot, error: CardError): void {
    const { code, message: detail } = error;
    if (code === 'mute' || code === 'inUse' || code === 'readerLost' || code === 'unsupported')
      return this.#problem(seat, slot, code, detail);
    if (code !== 'gone') return this.#problem(seat, slot, 'unsupported', detail);
    // Its removal says all, and is told soon; otherwise it lies there and cannot be used.
    this.#settle(seat);
    const stays = () => this.#problem(seat, slot, 'mute', detail);
    seat.timer = setTimeout(stays, this.#limits.goneMs);
  }

  #problem(seat: Seat, slot: CardSlot, problem: TokenProblem['problem'], detail: string): void {
    this.#settle(seat);
    seat.problem = problem;
    // A session that a mute card has stuck is given up here, so that no more is asked of it.
    seat.ended = slot.ended;
    slot[Symbol.dispose]();
    const { insertion } = slot;
    this.#events?.problem({ insertion, reader: shortened(seat.state.name), problem, detail });
  }

  #reads(seat: Seat, slot: CardSlot): boolean {
    return this.#events !== null && seat.slot === slot && seat.problem === null;
  }

  #settle(seat: Seat): void {
    if (seat.timer) clearTimeout(seat.timer);
    seat.timer = null;
  }
}

function orderOf(reader: PcscReaderOptions['reader']): ReaderOrder {
  if (reader === null) return ALL_READERS;
  return typeof reader === 'string' ? new ReaderOrder([reader]) : reader;
}

async function identifyPatiently(slot: CardSlot) {
  for (let tries = 1; ; tries++) {
    try {
      return await slot.identify();
    } catch (error) {
      const again = error instanceof CardError && error.code === 'gone' && tries < READ_TRIES;
      if (!again) throw error;
    }
  }
}

function release(seat: Seat): void {
  if (seat.timer) clearTimeout(seat.timer);
  seat.timer = null;
  if (!seat.slot) return;
  seat.ended = seat.slot.ended;
  seat.slot[Symbol.dispose]();
  seat.slot = null;
}

/** Drivers make names; at most 128 bytes of them go over the wire. */
const shortened = (reader: string) => reader.replace(/[^\x20-\x7e]/g, '?').slice(0, 128);
