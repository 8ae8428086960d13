import { WayRayError } from '../../protocol/errors.ts';
import { ByeCode, type Hello } from '../../protocol/generated/control.ts';
import type { Link, LinkClosed } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { NetworkWatch } from '../discovery/network-watch.ts';
import type { PageName } from '../screens/words.ts';
import { Attachment } from './attachment.ts';
import { Backoff, SLOWLY } from './backoff.ts';
import { type Outage, outageOf } from './outage.ts';

/** A connection that comes about sooner needs no page, and what draws pages need not be loaded. */
const SLOW_MS = 300;
/** They say what to do; the reason is on the information page and in the log. */
const OWN_WORDS: readonly PageName[] = [
  ...(['noNetwork', 'noAddress', 'wrongServer', 'damagedMemory'] as const),
  ...(['clockWrong', 'terminalTooOld', 'serverTooOld', 'pinWanted'] as const),
];
/** A machine that was just switched on has its network and its lease only a moment later. */
const BOOTING: readonly PageName[] = ['noNetwork', 'noAddress', 'serverNotFound'];
const BOOT_MS = 3000;
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
  /** Somebody stands there: what was refused is tried again for as long as it takes. */
  readonly endless?: boolean;
  /** The network has changed: where to connect to may have, too. */
  readonly hurry?: () => void;
  readonly log: Logger;
}

/** Has a terminal attached to its server, again and again, until either of them wants it no longer. */
export class Reconnecting {
  readonly #deps: ReconnectingDeps;
  readonly #soon = new Backoff();
  readonly #slowly = new Backoff(Math.random, SLOWLY);
  readonly #watch = new NetworkWatch(() => this.#networkChanged());
  #retry: NodeJS.Timeout | null = null;
  #slow: NodeJS.Timeout | null = null;
  #ended = false;
  #disposed = false;
  #startedMs = 0;
  #lastFailure: string | null = null;

  constructor(deps: ReconnectingDeps) {
    this.#deps = deps;
  }

  /** Why there is no connection, while there is none. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  start(): void {
    this.#startedMs = performance.now();
    void this.#connect();
  }

  /** The server has something to show: the connection is good. */
  arrived(): void {
    this.#soon.reset();
    this.#slowly.reset();
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
    this.#tryAgain({ page: 'disconnected', again: 'soon', final: false }, reason);
  }

  /** A person wants it back after it was given up. */
  again(): void {
    if (!this.#ended || this.#disposed) return;
    this.#ended = false;
    this.#page('connecting');
    void this.#connect();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#disposed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#watch[Symbol.dispose]();
    this.shown();
  }

  async #connect(): Promise<void> {
    this.#retry = null;
    // A page that says what the trouble is says more than that it is tried again.
    if (this.#lastFailure === null)
      this.#slow ??= setTimeout(() => this.#page('connecting'), SLOW_MS);
    try {
      const link = await this.#deps.connect();
      if (this.#ended) return link.close(ByeCode.normal, ENDED);
      const attachment = await Attachment.open(link, this.#deps.hello(), this.#deps.nowUs);
      if (this.#ended) return attachment.close(ENDED);
      this.#lastFailure = null;
      this.#watch.stop();
      this.#deps.attached(attachment);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#ended) return;
    if (!(error instanceof WayRayError)) throw error;
    const outage = outageOf(error);
    if (outage.final && !this.#deps.endless) return this.#giveUp(error, outage.page);
    this.#deps.log.info({ reason: error.message }, 'no session yet');
    this.#tryAgain(outage, error.message);
  }

  #giveUp(error: WayRayError, name: PageName): void {
    this.#ended = true;
    this.#watch.stop();
    // What another terminal does is known; why a server says no is not.
    this.#page(name, name === 'shownElsewhere' ? '' : error.message);
    this.#deps.givenUp(error);
  }

  #tryAgain({ page, again }: Outage, reason: string): void {
    if (this.#retry) return;
    this.#lastFailure = reason;
    this.#watch.start();
    const waitMs = (again === 'soon' ? this.#soon : this.#slowly).next();
    if (this.#isBooting(page)) this.#page('connecting');
    else this.#page(page, OWN_WORDS.includes(page) ? '' : `${reason}. Trying again.`);
    this.#retry = setTimeout(() => void this.#connect(), waitMs);
  }

  #isBooting(page: PageName): boolean {
    return BOOTING.includes(page) && performance.now() - this.#startedMs < BOOT_MS;
  }

  #networkChanged(): void {
    this.#deps.hurry?.();
    this.#soon.reset();
    if (!this.#retry) return;
    clearTimeout(this.#retry);
    void this.#connect();
  }

  #page(name: PageName, detail = ''): void {
    this.shown();
    this.#deps.page(name, detail);
  }
}
