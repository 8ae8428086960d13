import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { AuditEvent } from '../registry/records.ts';
import type { EventRegistry } from '../registry/registry.ts';
import { RequestError } from './request-error.ts';

export interface TailTimes {
  /** How soon a new event is told. */
  readonly pollMs: number;
  /** Pause after which an empty line is sent: whoever is gone is found, whoever is there sees that we are. */
  readonly heartbeatMs: number;
}

const TIMES: TailTimes = { pollMs: 250, heartbeatMs: 10_000 };
const MAX_LISTENERS = 16;
const PAGE = 50;

/**
 * Follows the audit log for listeners. Each has a place in the log of its own and is told the next page when it has taken
 * the one before: a slow one costs no memory. The log is asked, since other programs write to it, too.
 */
export class AuditTail {
  readonly #events: EventRegistry;
  readonly #times: TailTimes;
  readonly #ended = new AbortController();
  #listeners = 0;

  constructor(events: EventRegistry, times: TailTimes = TIMES) {
    this.#events = events;
    this.#times = times;
  }

  get listeners(): number {
    return this.#listeners;
  }

  /**
   * @param after an event's id; null for those that come from now on
   * @returns lines of JSON, and empty ones; its owner destroys it. @throws RequestError limited
   */
  async follow(after: number | null): Promise<Readable> {
    if (this.#listeners >= MAX_LISTENERS) {
      const message = `${MAX_LISTENERS} follow the audit log already`;
      throw new RequestError('limited', message, { retryAfterMs: 10_000 });
    }
    // Before anything is waited for, so that many who come at once are counted.
    this.#listeners++;
    try {
      const from = after ?? (await this.#events.latest(1))[0]?.id ?? 0;
      const lines = Readable.from(this.#lines(from), { objectMode: false, highWaterMark: 16_384 });
      return lines.once('close', () => this.#listeners--);
    } catch (error) {
      this.#listeners--;
      throw error;
    }
  }

  close(): void {
    this.#ended.abort();
  }

  async *#lines(after: number): AsyncGenerator<string> {
    const { pollMs, heartbeatMs } = this.#times;
    let last = after;
    let quietMs = 0;
    // The headers leave with the first line.
    yield '\n';
    while (!this.#ended.signal.aborted) {
      const events = await this.#events.since(last, PAGE);
      last = events.at(-1)?.id ?? last;
      if (events.length > 0) yield events.map(lineOf).join('');
      quietMs = events.length > 0 ? 0 : quietMs + pollMs;
      if (quietMs >= heartbeatMs) {
        quietMs = 0;
        yield '\n';
      }
      if (events.length < PAGE) await this.#pause(pollMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#ended.signal }).catch(() => {});
  }
}

const lineOf = (event: AuditEvent): string => `${JSON.stringify(event)}\n`;
