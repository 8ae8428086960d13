import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  SessionPhase,
} from '../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { Compositor } from '../compositor/compositor.ts';
import { VERSION } from '../version.ts';
import { AttachedTerminal } from './attached-terminal.ts';

export interface SessionServerDeps {
  readonly session: string;
  readonly waylandDisplay: string;
  readonly compositor: Compositor;
  readonly log: Logger;
  readonly onShutdown: (reason: string) => void;
  /** Called when a terminal came (true) or the last one left (false). */
  readonly onAttached: (attached: boolean) => void;
}

/** Serves the broker: tells what this session is, and shows it on the terminal of the last Attach. */
export class SessionServer {
  readonly #deps: SessionServerDeps;
  readonly #links = new Set<Link>();
  #attached: AttachedTerminal | null = null;

  constructor(deps: SessionServerDeps) {
    this.#deps = deps;
  }

  /** Takes a link that the broker opened. */
  accept(link: Link): void {
    this.#links.add(link);
    link.onBidi((control) => {
      if (control.channel !== Channel.control) return;
      control.send(encodeControl(this.#info()));
      control.onMessage((bytes) => this.#receive(link, control, bytes));
    });
    link.onClose(() => {
      this.#links.delete(link);
      if (this.#attached?.link === link) this.#detach();
    });
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
      case 'Shutdown':
        return this.#deps.onShutdown(message.reason);
    }
  }

  #attach(link: Link, control: LinkStream, message: ControlMessage & { type: 'Attach' }): void {
    const before = this.#attached;
    if (before?.link === link)
      throw new ProtocolError('unexpected', 'Attach', 'the terminal is attached already');
    this.#detach();
    before?.link.close(ByeCode.replaced, 'another terminal was attached');
    const { compositor } = this.#deps;
    const log = this.#deps.log.child({
      terminal: message.terminalId.slice(0, 16),
      connection: message.connectionId,
    });
    this.#attached = new AttachedTerminal(link, control, message, compositor, log);
    this.#deps.onAttached(true);
    log.info('terminal attached');
  }

  #detach(): void {
    if (!this.#attached) return;
    this.#attached[Symbol.dispose]();
    this.#attached = null;
    this.#deps.onAttached(false);
    this.#deps.log.info('terminal detached');
  }

  #info(): ControlMessage {
    return {
      type: 'SessionInfo',
      sessionId: this.#deps.session,
      pid: process.pid,
      waylandDisplay: this.#deps.waylandDisplay,
      state: this.#attached ? SessionPhase.attached : SessionPhase.detached,
      software: `wrcomp ${VERSION}`,
    };
  }

  /** Tells whoever is connected that the session ends. */
  [Symbol.dispose](): void {
    this.#detach();
    for (const link of this.#links) link.close(ByeCode.shutdown, 'the session has ended');
  }
}
