import { setTimeout as wait } from 'node:timers/promises';
import { CardLink, CardLinkError, PcscStatus } from '../../native/card/index.ts';
import type { Ask } from './card-applet.ts';
import { CardError, type CardErrorCode } from './card-error.ts';
import { exchange } from './exchange.ts';
import type { CardLimits } from './limits.ts';

const SHARING_RETRY_MS = 200;
const RESET_RETRIES = 3;
const RESET_MS = 2_000;

const CODES = new Map<number, CardErrorCode>([
  [PcscStatus.timeout, 'mute'],
  [PcscStatus.unresponsiveCard, 'mute'],
  [PcscStatus.unpoweredCard, 'mute'],
  [PcscStatus.notReady, 'mute'],
  [PcscStatus.sharingViolation, 'inUse'],
  [PcscStatus.protocolMismatch, 'unsupported'],
  [PcscStatus.unsupportedCard, 'unsupported'],
  [PcscStatus.insufficientBuffer, 'malformed'],
  [PcscStatus.unknownReader, 'readerLost'],
  [PcscStatus.readerUnavailable, 'readerLost'],
  [PcscStatus.noReaders, 'readerLost'],
  [PcscStatus.noService, 'readerLost'],
  [PcscStatus.serviceStopped, 'readerLost'],
  [PcscStatus.communication, 'readerLost'],
  [PcscStatus.invalidHandle, 'readerLost'],
]);

/** What a piece of work leaves behind; `reset`: the card has rights left that only a reset takes. */
export type Work<T> = ({ readonly result: T } | { readonly failed: unknown }) & {
  readonly reset?: boolean;
};

export interface SessionOptions {
  readonly reader: string;
  readonly limits: CardLimits;
  /** Whether other programs use the card just now: then who does not answer is not the card. */
  readonly isShared: () => boolean;
  /** Resolves when nothing of the reader's last session is left: a reader has one link at a time. */
  readonly after: Promise<void>;
}

/**
 * The use of one card from its insertion to its removal. The link stays open, for a card that keeps its power answers
 * sooner; each piece of work has the card for itself.
 */
export class CardSession {
  readonly #options: SessionOptions;
  #link: CardLink | null = null;
  #linkEnded: Promise<void>;
  #tail: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#linkEnded = options.after;
  }

  /** Resolves when nothing is left; waits for the driver if the card has it stuck. */
  get ended(): Promise<void> {
    return this.#linkEnded;
  }

  /**
   * One after the other; `timeoutMs` counts from the moment that the card is there for this work.
   * @throws CardError; `gone` once the session is disposed of, `mute` when the time is over
   */
  run<T>(work: (ask: Ask) => Promise<Work<T>>, timeoutMs = Number.POSITIVE_INFINITY): Promise<T> {
    const turn = this.#tail.then(() => this.#run(work, timeoutMs));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#drop();
  }

  async #run<T>(work: (ask: Ask) => Promise<Work<T>>, timeoutMs: number): Promise<T> {
    try {
      const link = await this.#begin();
      const done = await this.#work(link, work, performance.now() + timeoutMs);
      await link.end(done.reset ?? false, this.#options.limits.commandMs);
      if (done.reset) this.#drop();
      if ('failed' in done) throw done.failed;
      return done.result;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #work<T>(
    link: CardLink,
    work: (ask: Ask) => Promise<Work<T>>,
    deadlineMs: number,
  ): Promise<Work<T>> {
    const { limits } = this.#options;
    const transmit = (apdu: Uint8Array, timeoutMs: number) => link.transmit(apdu, timeoutMs);
    try {
      return await work((command) => exchange(transmit, command, limits, deadlineMs));
    } catch (error) {
      // A card that answers is given back in order, without a reset: of one that was just pulled out, pcscd would take the
      // failed reset for the removal, and miss the next card. Otherwise closing the link ends the transaction.
      if (error instanceof CardError && error.code !== 'mute')
        await link.end(false, limits.commandMs).catch(() => this.#drop());
      throw error;
    }
  }

  async #begin(): Promise<CardLink> {
    const { openMs } = this.#options.limits;
    const link = this.#link ?? (await this.#open());
    for (let tries = 0; ; tries++) {
      try {
        await link.begin(openMs);
        return link;
      } catch (error) {
        const reset = error instanceof CardLinkError && error.status === PcscStatus.resetCard;
        if (!reset || tries === RESET_RETRIES) throw error;
        await link.reopen(RESET_MS);
      }
    }
  }

  async #open(): Promise<CardLink> {
    const { reader, limits } = this.#options;
    const deadlineMs = performance.now() + limits.openMs;
    await withinMs(this.#linkEnded, limits.openMs);
    if (this.#disposed) throw new CardError('gone', 'the card is gone');
    const link = new CardLink();
    this.#link = link;
    this.#linkEnded = link.ended;
    for (;;) {
      try {
        await link.open(reader, Math.max(1, Math.ceil(deadlineMs - performance.now())));
        return link;
      } catch (error) {
        const shared =
          error instanceof CardLinkError && error.status === PcscStatus.sharingViolation;
        if (!shared || performance.now() + SHARING_RETRY_MS >= deadlineMs) throw error;
        await wait(SHARING_RETRY_MS);
      }
    }
  }

  #failed(error: unknown): unknown {
    if (answers(error)) return error;
    this.#drop();
    if (this.#disposed) return new CardError('gone', 'the card is gone', { cause: error });
    if (!(error instanceof CardLinkError)) return error;
    return new CardError(this.#codeOf(error), error.message, { cause: error });
  }

  #codeOf({ call, status }: CardLinkError): CardErrorCode {
    const busy = call === 'begin' || (call === 'connect' && this.#options.isShared());
    if (status === PcscStatus.timeout && busy) return 'inUse';
    return CODES.get(status) ?? 'gone';
  }

  #drop(): void {
    this.#link?.[Symbol.dispose]();
    this.#link = null;
  }
}

/** Whether the card is there and well after this error, e.g. a wrong PIN. */
const answers = (error: unknown): boolean =>
  !(error instanceof CardLinkError) && !(error instanceof CardError && error.code === 'mute');

/** @throws CardError `mute`: the driver is still busy with what was there before */
async function withinMs(ended: Promise<void>, timeoutMs: number): Promise<void> {
  const stop = new AbortController();
  const late = wait(timeoutMs, true, { signal: stop.signal }).catch(() => false);
  const stuck = await Promise.race([ended.then(() => false), late]);
  stop.abort();
  if (stuck) throw new CardError('mute', 'the reader is busy with the card before');
}
