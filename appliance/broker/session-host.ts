import { Channel } from '../../protocol/channel.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  SessionPhase,
} from '../../protocol/generated/control.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { connectUnix } from '../../protocol/node/unix.ts';
import { Relay } from './relay.ts';
import type { StartedSession } from './session-process.ts';
import type { Terminal } from './terminal.ts';

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** A session that lived this long starts its back-off anew. */
const STABLE_MS = 60_000;

export interface SessionHostDeps {
  readonly start: () => Promise<StartedSession>;
  readonly log: Logger;
}

/** One session and the terminal that shows it: the last terminal to come owns it, the one before is told. */
export class SessionHost {
  readonly #deps: SessionHostDeps;
  #session: StartedSession | null = null;
  #watch: { link: Link; control: LinkStream } | null = null;
  #terminal: Terminal | null = null;
  #restartMs = FIRST_RESTART_MS;
  #restartTimer: NodeJS.Timeout | null = null;
  #startedAtMs = 0;
  #ended = false;

  constructor(deps: SessionHostDeps) {
    this.#deps = deps;
  }

  /** Starts the session, or finds the one that runs already. */
  async start(): Promise<void> {
    const session = await this.#deps.start();
    this.#session = session;
    this.#startedAtMs = performance.now();
    const link = await connectUnix(session.socket);
    const control = await link.openBidi(Channel.control);
    this.#watch = { link, control };
    control.onMessage((bytes) => {
      const message = decodeControl(bytes);
      if (message.type === 'SessionInfo') {
        const found = session.process ? 'session started' : 'running session found';
        this.#deps.log.info({ pid: message.pid, waylandDisplay: message.waylandDisplay }, found);
      }
    });
    link.onClose(() => this.#sessionGone());
  }

  /** Shows the session on this terminal from now on. */
  attach(terminal: Terminal): void {
    const before = this.#terminal;
    this.#terminal = terminal;
    before?.link.close(ByeCode.replaced, 'another terminal took the session over');
    terminal.link.onClose(() => {
      if (this.#terminal === terminal) this.#terminal = null;
    });
    this.#join(terminal).catch((error) => {
      terminal.log.error({ err: error }, 'the session cannot be attached');
      terminal.send(this.#state(SessionPhase.failed, 'the session does not answer'));
    });
  }

  async #join(terminal: Terminal): Promise<void> {
    if (!this.#session || !this.#watch) return;
    const link = await connectUnix(this.#session.socket);
    if (terminal.link.closed || this.#terminal !== terminal) {
      link.close(ByeCode.normal, 'the terminal has gone');
      return;
    }
    const { hello } = terminal;
    const control = await link.openBidi(Channel.control);
    const send = (message: ControlMessage) => control.send(encodeControl(message));
    send({
      type: 'Attach',
      terminalId: terminal.id,
      connectionId: terminal.connection,
      role: hello.role,
      capabilities: hello.capabilities,
      outputs: hello.outputs,
      keyboard: hello.keyboard,
    });
    control.onMessage((bytes) => {
      const message = decodeControl(bytes);
      if (message.type === 'Leds' || message.type === 'SessionState') terminal.send(message);
    });
    terminal.onControl = (message) => {
      if (message.type === 'OutputsConfigure' || message.type === 'KeyboardLayout') send(message);
    };
    terminal.link.onClose(() => link.close(ByeCode.normal, 'the terminal has gone'));
    new Relay(terminal.link, link, terminal.control);
    terminal.log.info('session attached');
    terminal.send(this.#state(SessionPhase.attached, ''));
  }

  #state(state: number, message: string): ControlMessage {
    return { type: 'SessionState', sessionId: this.#session?.id ?? '', state, message };
  }

  #sessionGone(): void {
    this.#watch = null;
    if (this.#ended) return;
    const how = this.#session?.process?.signalCode ?? this.#session?.process?.exitCode ?? 'unknown';
    this.#deps.log.error({ how }, 'the session ended unexpectedly; starting a new one');
    // The terminal reconnects by itself and finds the new session, or waits for it.
    this.#terminal?.send(
      this.#state(SessionPhase.failed, `the session ended unexpectedly (${how})`),
    );
    if (performance.now() - this.#startedAtMs > STABLE_MS) this.#restartMs = FIRST_RESTART_MS;
    this.#restartTimer = setTimeout(() => this.#restart(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, LONGEST_RESTART_MS);
  }

  #restart(): void {
    this.start().then(
      () => this.#terminal?.link.close(ByeCode.normal, 'a new session was started'),
      (error) => {
        this.#deps.log.error({ err: error }, 'the session does not start');
        this.#sessionGone();
      },
    );
  }

  /** Ends the session with its applications; resolves when its process is gone or after 5 s. */
  async end(reason: string): Promise<void> {
    this.#ended = true;
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    this.#terminal?.link.close(ByeCode.shutdown, reason);
    const watch = this.#watch;
    if (!watch) return;
    const gone = new Promise<void>((resolve) => {
      watch.link.onClose(() => resolve());
      setTimeout(resolve, 5000).unref();
    });
    watch.control.send(encodeControl({ type: 'Shutdown', reason }));
    await gone;
  }
}
