import { WayRayError } from '../../protocol/errors.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { makeToken } from '../../protocol/session/token.ts';
import type { BadgeReaderConfig } from '../config/cards.ts';
import { badgeIn } from './badge-report.ts';
import { NO_BADGE, type TapEvent, type TapState, tapTransition } from './badge-taps.ts';
import { type CardReader, type CardReaderEvents, type Proof, ProofError } from './card-reader.ts';
import type { HidBus, HidDevice, HidPort } from './hid-bus.ts';

const LOOK_MS = 2_000;
/** Of one kind; a terminal has one or two. */
const MAX_PORTS = 4;
const NO_KEYS = { cardKey: false, pinKey: false } as const;

export interface BadgeReaderOptions {
  readonly config: BadgeReaderConfig;
  readonly bus: HidBus;
  readonly log: Logger;
  /** CLOCK_MONOTONIC */
  readonly nowUs: () => number;
  /** How often it is looked for readers that come; tests look more often. */
  readonly lookMs?: number;
}

/** An open reader. */
interface Seat {
  readonly name: string;
  readonly port: HidPort;
  state: TapState;
  /** Of what is inserted. */
  insertion: number;
  /** What is inserted names nobody. */
  unusable: boolean;
  /** Until the badge counts as gone. */
  goneTimer: NodeJS.Timeout | null;
  askTimer: NodeJS.Timeout | null;
}

/** Badge readers of one kind that speak HID and not as keyboards do. */
export class BadgeReader implements CardReader {
  readonly #options: BadgeReaderOptions;
  /** By path. */
  readonly #seats = new Map<string, Seat>();
  #events: CardReaderEvents | null = null;
  #lookTimer: NodeJS.Timeout | null = null;
  #lastInsertion = 0;
  #lastProblem = '';

  constructor(options: BadgeReaderOptions) {
    this.#options = options;
  }

  listen(events: CardReaderEvents): void {
    this.#events = events;
    void this.#look();
  }

  names(): readonly string[] {
    return [...this.#seats.values()].map(({ name }) => name);
  }

  async prove(): Promise<Proof> {
    throw new ProofError('noKey', 'a badge has no keys');
  }

  async pinTriesLeft(): Promise<null> {
    return null;
  }

  [Symbol.dispose](): void {
    this.#events = null;
    if (this.#lookTimer) clearTimeout(this.#lookTimer);
    for (const seat of this.#seats.values()) release(seat);
    this.#seats.clear();
  }

  async #look(): Promise<void> {
    const { bus, config, lookMs = LOOK_MS } = this.#options;
    await this.#tried(async () => {
      const found = await bus.devices(config.vendorId, config.productId);
      // One that cannot be opened keeps no other one away.
      for (const device of this.#chosen(found)) await this.#tried(() => this.#open(device));
    });
    if (this.#events) this.#lookTimer = setTimeout(() => void this.#look(), lookMs);
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#complain((error as Error).message);
    }
  }

  /** An interface has an entry for each of its uses. */
  #chosen(found: readonly HidDevice[]): HidDevice[] {
    const { name, usagePage } = this.#options.config;
    const wanted = found
      .filter((one) => name === null || one.name.includes(name))
      .filter((one) => usagePage === null || one.usagePage === usagePage);
    const byPath = new Map(wanted.map((device) => [device.path, device]));
    return [...byPath.values()].slice(0, MAX_PORTS);
  }

  async #open({ path, name }: HidDevice): Promise<void> {
    if (!this.#events || this.#seats.has(path)) return;
    const { bus, log } = this.#options;
    const port = await bus.open(path);
    // It took its time.
    if (!this.#events) return port[Symbol.dispose]();
    const seat: Seat = {
      name: this.#nameOf(name),
      port,
      state: NO_BADGE,
      insertion: 0,
      unusable: false,
      goneTimer: null,
      askTimer: null,
    };
    this.#seats.set(path, seat);
    this.#lastProblem = '';
    log.info({ reader: seat.name }, 'badge reader found');
    port.listen({
      report: (bytes) => this.#report(seat, bytes),
      lost: (reason) => this.#lost(path, seat, reason),
    });
    if (this.#options.config.ask) void this.#ask(path, seat);
  }

  /** As pcscd does it: two of a kind have two names. */
  #nameOf(product: string): string {
    const { vendorId, productId } = this.#options.config;
    const ids = [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
    const words = product
      .replace(/[^\x20-\x7e]/g, '?')
      .trim()
      .slice(0, 64);
    const taken = this.names();
    for (let count = 0; ; count++) {
      const name = `${words || 'Badge reader'} (${ids}) 0${count}`;
      if (!taken.includes(name)) return name;
    }
  }

  /** The next question follows the answer: a slow reader is not asked twice at once. */
  async #ask(path: string, seat: Seat): Promise<void> {
    const { ask, answerBytes, reportId, pollMs } = this.#options.config;
    const question = new Uint8Array(answerBytes);
    question.set(ask ?? []);
    try {
      const answer = await seat.port.ask(reportId, question);
      if (this.#seats.get(path) !== seat) return;
      // In front there is the report's number, also of those that have none.
      this.#report(seat, reportId === 0 ? answer.subarray(1) : answer);
      seat.askTimer = setTimeout(() => void this.#ask(path, seat), pollMs);
    } catch (error) {
      this.#lost(path, seat, (error as Error).message);
    }
  }

  #report(seat: Seat, bytes: Uint8Array): void {
    const id = badgeIn(bytes, this.#options.config);
    if (id === undefined) return;
    if (seat.goneTimer) clearTimeout(seat.goneTimer);
    seat.goneTimer = null;
    if (id === null) return this.#step(seat, { type: 'gone' });
    const gone = () => this.#step(seat, { type: 'gone' });
    seat.goneTimer = setTimeout(gone, this.#options.config.goneMs);
    const isShown = this.#events?.isShown(seat.insertion) ?? false;
    this.#step(seat, { type: 'seen', id, isShown });
  }

  #lost(path: string, seat: Seat, reason: string): void {
    if (this.#seats.get(path) !== seat) return;
    this.#seats.delete(path);
    release(seat);
    this.#options.log.info({ reader: seat.name, reason }, 'badge reader gone');
    this.#step(seat, { type: 'lost' });
  }

  #step(seat: Seat, event: TapEvent): void {
    // Nobody taps once more to get rid of what was not taken.
    const leaves = seat.unusable ? 'absence' : this.#options.config.leaves;
    const { state, effects } = tapTransition(seat.state, event, leaves);
    seat.state = state;
    for (const effect of effects)
      if (effect.type === 'insert') this.#insert(seat, effect.id);
      else this.#events?.removed(seat.insertion);
  }

  #insert(seat: Seat, id: string): void {
    this.#lastInsertion += 1;
    const insertion = this.#lastInsertion;
    seat.insertion = insertion;
    const reader = seat.name;
    seat.unusable = false;
    try {
      const { kind, id: tokenId } = makeToken('badge', id);
      const atr = new Uint8Array();
      const eventUs = this.#options.nowUs();
      this.#events?.inserted({ insertion, reader, kind, tokenId, atr, keys: NO_KEYS, eventUs });
    } catch (error) {
      if (!(error instanceof WayRayError)) throw error;
      const detail = error.message;
      seat.unusable = true;
      this.#events?.problem({ insertion, reader, problem: 'unsupported', detail });
    }
  }

  /** Once for each reason: it is looked again and again. */
  #complain(reason: string): void {
    if (reason === this.#lastProblem) return;
    this.#lastProblem = reason;
    this.#options.log.warn({ reason }, 'badge reader cannot be used');
  }
}

function release(seat: Seat): void {
  if (seat.goneTimer) clearTimeout(seat.goneTimer);
  if (seat.askTimer) clearTimeout(seat.askTimer);
  seat.port[Symbol.dispose]();
}
