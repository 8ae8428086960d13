import { WayRayError } from '../../protocol/errors.ts';
import { ByeCode, type Hello } from '../../protocol/generated/control.ts';
import type { Link, LinkClosed } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { PageName } from '../screens/words.ts';
import { Attachment } from './attachment.ts';
import { Backoff } from './backoff.ts';
import { RefusedError } from './greeting.ts';

/** A connection that comes about sooner needs no page, and what draws pages need not be loaded. */
const SLOW_MS = 300;
const ENDED = 'the terminal was ended';

export interface ReconnectingDeps {
  /** Dials the server; rejects with WayRayError. */
  readonly connect: () => Promise<Link>;
  readonly hello: () => Hello;
  /** Terminal's clock. */
  readonly nowUs: () => number;
  readonly attached: (attachment: Attachment) => void;
  /** What a person should see meanwhile. */
  readonly page: (name: PageName, detail: string) => void;
  /** It is over: the server refused, or another terminal took the session. */
  readonly givenUp: (error: WayRayError) => void;
  readonly log: Logger;
}

/** Has a terminal attached to its server, again and again, until either of them wants it no longer. */
export class Reconnecting {
  readonly #deps: ReconnectingDeps;
  readonly #backoff = new Backoff();
  #retry: NodeJS.Timeout | null = null;
  #slow: NodeJS.Timeout | null = null;
  #ended = false;
  #lastFailure: string | null = null;

  constructor(deps: ReconnectingDeps) {
    this.#deps = deps;
  }

  /** Why there is no connection, while there is none. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  start(): void {
    void this.#connect();
  }

  /** The server has something to show: the connection is good. */
  arrived(): void {
    this.#backoff.reset();
    this.shown();
  }

  /** Something is shown that says more than that it takes long. */
  shown(): void {
    if (this.#slow) clearTimeout(this.#slow);
    this.#slow = null;
  }

  /** The link of the attachment has closed. */
  lost({ code, reason }: LinkClosed): void {
    if (this.#ended) return;
    this.#deps.log.warn({ reason }, 'disconnected');
    if (code === ByeCode.replaced)
      return this.#giveUp(new WayRayError('replaced', reason), 'shownElsewhere');
    this.#tryAgain('disconnected', reason);
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.shown();
  }

  async #connect(): Promise<void> {
    this.#retry = null;
    this.#slow ??= setTimeout(() => this.#page('connecting'), SLOW_MS);
    try {
      const link = await this.#deps.connect();
      if (this.#ended) return link.close(ByeCode.normal, ENDED);
      const attachment = await Attachment.open(link, this.#deps.hello(), this.#deps.nowUs);
      if (this.#ended) return attachment.close(ENDED);
      this.#lastFailure = null;
      this.#deps.attached(attachment);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#ended) return;
    if (!(error instanceof WayRayError)) throw error;
    if (error.code === 'pin-mismatch') return this.#giveUp(error, 'wrongServer');
    if (error instanceof RefusedError || error.code === 'version')
      return this.#giveUp(error, 'serverRefused');
    this.#deps.log.info({ reason: error.message }, 'no session yet');
    this.#tryAgain(error.code === 'busy' ? 'busy' : 'noServer', error.message);
  }

  #giveUp(error: WayRayError, name: PageName): void {
    this.#ended = true;
    this.#page(name, error.message);
    this.#deps.givenUp(error);
  }

  #tryAgain(name: PageName, reason: string): void {
    if (this.#retry) return;
    this.#lastFailure = reason;
    const waitMs = this.#backoff.next();
    this.#page(name, `${reason}. Trying again.`);
    this.#retry = setTimeout(() => void this.#connect(), waitMs);
  }

  #page(name: PageName, detail = ''): void {
    this.shown();
    this.#deps.page(name, detail);
  }
}
