import { encodeInSoftware, onVideoEncoder } from '../../native/video-encode/index.ts';
import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  SessionPhase,
  type SessionWish,
} from '../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { Compositor } from '../compositor/compositor.ts';
import type { Output } from '../compositor/output/output.ts';
import { CanvasShelf } from '../encode/canvas-shelf.ts';
import { VERSION } from '../version.ts';
import { AttachedTerminal } from './attached-terminal.ts';
import type { VideoChoice } from './config/session-config.ts';
import { Throttle } from './throttle.ts';
import { LatencyTrace } from './trace/latency-trace.ts';

/** Somebody who types is told of this often: it feeds timeouts of minutes. */
const ACTIVITY_PERIOD_MS = 10_000;

export interface SessionServerDeps {
  readonly session: string;
  readonly waylandDisplay: string;
  readonly compositor: Compositor;
  /** The session has a keyboard layout of its own, whatever terminals say. */
  readonly ownKeyboard: boolean;
  readonly films: VideoChoice;
  readonly log: Logger;
  readonly onShutdown: (reason: string) => void;
  /** Called when a terminal came (true) or the last one left (false). */
  readonly onAttached: (attached: boolean) => void;
  /** Nobody came in time to use again what the last terminal's pictures were made with. */
  readonly onCanvasesGone: () => void;
}

/** Serves the broker: tells what this session is, and shows it on the terminal of the last Attach. */
export class SessionServer {
  readonly #deps: SessionServerDeps;
  readonly #links = new Set<Link>();
  /** Control streams of the links that show no terminal: of those who keep an eye on the session. */
  readonly #watchers = new Map<Link, LinkStream>();
  readonly #canvases: CanvasShelf;
  readonly trace = new LatencyTrace();
  #attached: AttachedTerminal | null = null;

  constructor(deps: SessionServerDeps) {
    this.#deps = deps;
    onVideoEncoder((encoder) => deps.log.info({ encoder }, 'films are encoded'));
    if (deps.films === 'software') encodeInSoftware();
    this.#canvases = new CanvasShelf(deps.onCanvasesGone);
    const { seat, clock } = deps.compositor;
    const activity = new Throttle(ACTIVITY_PERIOD_MS, clock, () =>
      this.#tellWatchers({ type: 'Activity' }),
    );
    seat.onActivity(() => activity.call());
  }

  get attached(): boolean {
    return this.#attached !== null;
  }

  /** Somebody keeps an eye on the session: the broker. */
  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  /** @returns whether anybody is there to hear it */
  request(wish: SessionWish): boolean {
    return this.#tellWatchers({ type: 'SessionRequest', wish });
  }

  /** Takes a link that the broker opened. */
  accept(link: Link): void {
    this.#links.add(link);
    link.onBidi((control) => {
      if (control.channel !== Channel.control) return;
      control.send(encodeControl(this.#info()));
      this.#watchers.set(link, control);
      control.onMessage((bytes) => this.#receive(link, control, bytes));
    });
    link.onClose(() => {
      this.#links.delete(link);
      this.#watchers.delete(link);
      if (this.#attached?.link === link) this.#detach();
    });
  }

  /** While no terminal is attached. @param damage x, y, w, h each */
  changedUnseen(output: Output, damage: Int32Array): void {
    this.#canvases.changed(output, damage);
  }

  tick(): void {
    this.#attached?.tick();
  }

  #receive(link: Link, control: LinkStream, bytes: Uint8Array): void {
    try {
      this.#handle(link, control, bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#deps.log.warn({ reason: error.message }, 'protocol error');
      link.close(ByeCode.protocol, error.message);
    }
  }

  #handle(link: Link, control: LinkStream, bytes: Uint8Array): void {
    const message = decodeControl(bytes);
    switch (message.type) {
      case 'Attach':
        return this.#attach(link, control, message);
      case 'OutputsConfigure':
        if (this.#attached?.link === link) this.#attached.configureOutputs(message.outputs);
        return;
      case 'KeyboardLayout':
        if (this.#attached?.link === link) this.#attached.setKeyboard(message);
        return;
      case 'Detach':
        if (this.#attached?.link === link) this.#detach();
        return;
      case 'LockSession':
        return this.#deps.compositor.lock.hold();
      case 'UnlockSession':
        return this.#deps.compositor.lock.release();
      case 'Shutdown':
        return this.#deps.onShutdown(message.reason);
    }
  }

  #attach(link: Link, control: LinkStream, message: ControlMessage & { type: 'Attach' }): void {
    const before = this.#attached;
    if (before?.link === link)
      throw new ProtocolError('unexpected', 'Attach', 'the terminal is attached already');
    this.#watchers.delete(link);
    this.#detach();
    before?.link.close(ByeCode.replaced, 'another terminal was attached');
    const { compositor, ownKeyboard, films } = this.#deps;
    const log = this.#deps.log.child({
      terminal: message.terminalId.slice(0, 16),
      connection: message.connectionId,
    });
    this.#attached = new AttachedTerminal(
      ...([link, control, message, compositor] as const),
      this.#canvases,
      log,
      ownKeyboard,
      films === 'off' ? 'off' : 'auto',
      this.trace,
    );
    this.#deps.onAttached(true);
    log.info('terminal attached');
  }

  #detach(): void {
    if (!this.#attached) return;
    this.#attached[Symbol.dispose]();
    this.#attached = null;
    this.#deps.onAttached(false);
    this.#deps.log.info({ latency: this.trace.times() }, 'terminal detached');
  }

  #info(): ControlMessage {
    return {
      type: 'SessionInfo',
      sessionId: this.#deps.session,
      pid: process.pid,
      waylandDisplay: this.#deps.waylandDisplay,
      state: this.#attached ? SessionPhase.attached : SessionPhase.detached,
      software: `wrcomp ${VERSION}`,
      locked: this.#deps.compositor.lock.held,
    };
  }

  #tellWatchers(message: ControlMessage): boolean {
    for (const control of this.#watchers.values()) control.send(encodeControl(message));
    return this.#watchers.size > 0;
  }

  /** Tells whoever is connected that the session ends. */
  [Symbol.dispose](): void {
    this.#detach();
    this.#canvases[Symbol.dispose]();
    for (const link of this.#links) link.close(ByeCode.shutdown, 'the session has ended');
  }
}
