import { loadAddon } from '../load.ts';
import type { CardAddon } from './binding.d.ts';
import { PcscStatus, pcscStatusName } from './status.ts';

const addon = loadAddon<CardAddon>('card');
const COMMAND_MAX_BYTES = 261;
const NAME_MAX_BYTES = 127;

/** Bits of ReaderState.flags; the other bits of PC/SC may be there, too. */
export const ReaderFlag = { present: 0x20, exclusive: 0x80, inUse: 0x100, mute: 0x200 } as const;

export interface ReaderState {
  readonly name: string;
  readonly flags: number;
  /** Insertions and removals so far, modulo 65536. */
  readonly events: number;
  /** At most 33 bytes, as the card chose them. */
  readonly atr: Uint8Array;
}

export interface ReadersSeen {
  /** PcscStatus.ok, or why the service (pcscd) does not answer; then there are no readers. */
  readonly status: number;
  readonly readers: readonly ReaderState[];
  /** CLOCK_MONOTONIC in µs when PC/SC told of it. */
  readonly timeUs: number;
}

export type CardCall = 'connect' | 'reconnect' | 'begin' | 'end' | 'transmit';

/** A call of PC/SC failed, or what it waited for did not come in time (`timeout`). */
export class CardLinkError extends Error {
  override readonly name = 'CardLinkError';
  readonly call: CardCall;
  readonly status: number;

  constructor(call: CardCall, status: number) {
    super(`${call}: ${pcscStatusName(status)}`);
    this.call = call;
    this.status = status;
  }
}

/** Tells of all readers and cards: first as they are, then at every change, for as long as it is not disposed of. */
export class ReaderWatch {
  readonly #handle: number;

  /** `tell` is never called from within the constructor, and not after disposal. */
  constructor(tell: (seen: ReadersSeen) => void) {
    this.#handle = addon.startWatch((status, readers, timeUs) => tell({ status, readers, timeUs }));
  }

  [Symbol.dispose](): void {
    addon.stopWatch(this.#handle);
  }
}

interface Pending {
  readonly what: CardCall;
  readonly resolve: (answer: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A shared connection to the card in one reader. One call at a time. PC/SC cannot be interrupted: a call that does
 * not answer within its time rejects with PcscStatus.timeout, and then the link is of no use any more and to be
 * disposed of; its thread ends by itself when the card answers or leaves (`ended`).
 */
export class CardLink {
  readonly #handle: number;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #stopped = false;
  /** Resolves when nothing of this link is left. */
  readonly ended: Promise<void>;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#handle = addon.startLink((id, status, answer, ended) => {
      if (ended) resolve();
      else this.#done(id, status, answer);
    });
  }

  /** Powers the card if need be. @throws CardLinkError */
  async open(reader: string, timeoutMs: number): Promise<void> {
    if (reader.includes('\0') || Buffer.byteLength(reader) > NAME_MAX_BYTES)
      throw new TypeError('a reader has a name of at most 127 bytes without NUL');
    await this.#call('connect', timeoutMs, (id) => addon.open(this.#handle, id, reader));
  }

  /** After PcscStatus.resetCard. @throws CardLinkError */
  async reopen(timeoutMs: number): Promise<void> {
    await this.#call('reconnect', timeoutMs, (id) => addon.reopen(this.#handle, id));
  }

  /** From now until end() the card is ours alone; waits for others who have it. @throws CardLinkError */
  async begin(timeoutMs: number): Promise<void> {
    await this.#call('begin', timeoutMs, (id) => addon.begin(this.#handle, id));
  }

  /** @param reset takes all rights that a PIN gave @throws CardLinkError */
  async end(reset: boolean, timeoutMs: number): Promise<void> {
    await this.#call('end', timeoutMs, (id) => addon.end(this.#handle, id, reset));
  }

  /** @returns at most 264 bytes, checked in no other way @throws CardLinkError */
  transmit(command: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (command.length < 4 || command.length > COMMAND_MAX_BYTES)
      throw new RangeError('a short APDU has 4 to 261 bytes');
    return this.#call('transmit', timeoutMs, (id) => addon.transmit(this.#handle, id, command));
  }

  /** Rejects what is under way with PcscStatus.cancelled. */
  [Symbol.dispose](): void {
    if (this.#stopped) return;
    this.#stopped = true;
    addon.stopLink(this.#handle);
    for (const [id] of this.#pending) this.#done(id, PcscStatus.cancelled, new Uint8Array());
  }

  #call(what: CardCall, timeoutMs: number, give: (id: number) => void): Promise<Uint8Array> {
    if (this.#stopped) return Promise.reject(new CardLinkError(what, PcscStatus.cancelled));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const late = () => this.#done(id, PcscStatus.timeout, new Uint8Array());
      this.#pending.set(id, { what, resolve, reject, timer: setTimeout(late, timeoutMs) });
      give(id);
    });
  }

  #done(id: number, status: number, answer: Uint8Array): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (status === PcscStatus.ok) pending.resolve(answer);
    else pending.reject(new CardLinkError(pending.what, status));
  }
}

export { PcscStatus, pcscStatusName } from './status.ts';
