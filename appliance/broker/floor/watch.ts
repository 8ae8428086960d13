import { Channel } from '../../../protocol/channel.ts';
import { LinkError, WayRayError } from '../../../protocol/errors.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
} from '../../../protocol/generated/control.ts';
import type { LinkTuning } from '../../../protocol/link/limits.ts';
import type { Link, LinkClosed, LinkStream } from '../../../protocol/link/link.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import { connectUnix } from '../../../protocol/node/unix.ts';
import { Pace } from '../desk/pace.ts';

export interface WatchListener {
  /**
   * It answers, for the first time or again: it has to be told anew what it should be.
   * @param locked a LockSession is in force
   */
  onUp(locked: boolean): void;
  onActivity(): void;
  /** A SessionWish, or one of a later version. */
  onWish(wish: number): void;
  /** Its compositor has ended, or has been silent for too long. Called once. */
  onGone(how: string): void;
}

/** A session's compositor as the floor sees it. */
export interface SessionWatch extends Disposable {
  /** Lost while it does not answer; onUp follows. */
  send(message: ControlMessage): void;
  /** It is about to be used: whether it answers is to be found out. */
  ask(): void;
}

export type StartWatch = (socket: string, listener: WatchListener, log: Logger) => SessionWatch;

/** A machine that sleeps or is overloaded gets time; after that the session is a zombie. */
const SILENT_MS = 60_000;
/** Also the least time between two links: the process at the other end is its user's, and may end them as it likes. */
const RETRY_MS = 500;
/** Of each kind, so many at once, then one a second; a session that says more is heard no more often. */
const HEARD = [5, 1000] as const;

export interface WatchTimes {
  /** How long it may be silent. */
  readonly silentMs: number;
  /** null: a link's own. */
  readonly tuning: Partial<LinkTuning> | null;
}

/** Keeps a control link to a session's compositor: whether it lives, what its person does and asks for. */
export const watchCompositor: StartWatch = (socket, listener, log) =>
  watchFor({ silentMs: SILENT_MS, tuning: null })(socket, listener, log);

/** For tests, which have not so much time. */
export const watchFor =
  (times: WatchTimes): StartWatch =>
  (socket, listener, log) =>
    new CompositorWatch(socket, listener, log, times);

class CompositorWatch implements SessionWatch {
  readonly #socket: string;
  readonly #listener: WatchListener;
  readonly #log: Logger;
  readonly #times: WatchTimes;
  #link: Link | null = null;
  #control: LinkStream | null = null;
  readonly #activities = new Pace(...HEARD, () => performance.now());
  readonly #wishes = new Pace(...HEARD, () => performance.now());
  #triedAtMs = 0;
  #silentSinceMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(socket: string, listener: WatchListener, log: Logger, times: WatchTimes) {
    this.#socket = socket;
    this.#listener = listener;
    this.#log = log;
    this.#times = times;
    void this.#connect();
  }

  send(message: ControlMessage): void {
    this.#control?.send(encodeControl(message));
  }

  ask(): void {
    this.#link?.ask();
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#link?.close(ByeCode.normal, 'not watched any more');
  }

  async #connect(): Promise<void> {
    this.#triedAtMs = performance.now();
    try {
      const link = await connectUnix(this.#socket, this.#times.tuning ?? {});
      if (this.#ended) return link.close(ByeCode.normal, 'not watched any more');
      this.#link = link;
      link.onClose((closed) => this.#closed(link, closed));
      const control = await link.openBidi(Channel.control);
      control.onMessage((bytes) => this.#received(control, bytes));
    } catch (error) {
      if (!(error instanceof WayRayError)) throw error;
      if (this.#link) return;
      const timeout = error instanceof LinkError && error.code === 'timeout';
      if (timeout) this.#silent();
      else this.#gone(error.message);
    }
  }

  #received(control: LinkStream, bytes: Uint8Array): void {
    const message = decodeControl(bytes);
    switch (message.type) {
      case 'SessionInfo':
        if (this.#control === control || this.#ended) return;
        this.#control = control;
        this.#silentSinceMs = null;
        return this.#listener.onUp(message.locked);
      case 'Activity':
        return this.#activities.take() ? this.#listener.onActivity() : undefined;
      case 'SessionRequest':
        return this.#wishes.take() ? this.#listener.onWish(message.wish) : undefined;
      default:
        return;
    }
  }

  /** A link that ends for another reason than the end of its compositor is made again. */
  #closed(link: Link, { code, reason }: LinkClosed): void {
    if (this.#link !== link || this.#ended) return;
    const answered = this.#control !== null;
    this.#link = null;
    this.#control = null;
    if (code === ByeCode.timeout) return this.#silent();
    if (code === ByeCode.shutdown || !answered) return this.#gone(reason);
    const waitMs = Math.max(0, this.#triedAtMs + RETRY_MS - performance.now());
    this.#timer = setTimeout(() => void this.#connect(), waitMs);
  }

  #silent(): void {
    if (this.#ended) return;
    const nowMs = performance.now();
    this.#silentSinceMs ??= nowMs;
    if (nowMs - this.#silentSinceMs > this.#times.silentMs) return this.#gone('it does not answer');
    this.#log.error('the session does not answer; looking for it again');
    this.#timer = setTimeout(() => void this.#connect(), RETRY_MS);
  }

  #gone(how: string): void {
    if (this.#ended) return;
    this[Symbol.dispose]();
    this.#listener.onGone(how);
  }
}
