import { LinkError } from '../../protocol/errors.ts';
import {
  ByeCode,
  encodeControl,
  type KeyboardNames,
  type OutputInfo,
  SessionPhase,
} from '../../protocol/generated/control.ts';
import type { LinkClosed } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { processEnds } from './process-end.ts';
import { joinSession, SilentSession, type Watched, watchSession } from './session-link.ts';
import type { StartedSession } from './session-process.ts';
import { answers } from './single-instance.ts';
import type { Terminal } from './terminal.ts';

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** A session that lived this long starts its back-off anew. */
const STABLE_MS = 60_000;
/** Time a session has to end its applications and itself. */
const END_TIMEOUT_MS = 5000;
/** Time within which all links of a process close that has ended. */
const LINKS_CLOSE_MS = 500;
/** Time until the kernel has told how a process ended whose sockets have closed. */
const EXIT_STATUS_MS = 500;

export interface SessionHostDeps {
  readonly start: () => Promise<StartedSession>;
  /** Ends what a session that has ended has left behind. */
  readonly endLeftovers: () => Promise<void>;
  readonly log: Logger;
}

interface Shown {
  readonly terminal: Terminal;
  /** What it asks for at the moment. */
  readonly wanted: { outputs: readonly OutputInfo[]; keyboard: KeyboardNames };
  /** Handed to a session; false while there is none. */
  joined: boolean;
}

/** One session and the terminal that shows it: the last terminal to come owns it, the one before is told. */
export class SessionHost {
  readonly #deps: SessionHostDeps;
  #session: StartedSession | null = null;
  #watched: Watched | null = null;
  /** Of the session that was watched last. */
  #lastPid: number | null = null;
  #starting: Promise<void> | null = null;
  #shown: Shown | null = null;
  #restartMs = FIRST_RESTART_MS;
  #restartTimer: NodeJS.Timeout | null = null;
  #startedAtMs = 0;
  #ended = false;

  constructor(deps: SessionHostDeps) {
    this.#deps = deps;
  }

  /** Starts the session, or finds the one that runs already. */
  async start(): Promise<void> {
    this.#starting = this.#start();
    try {
      await this.#starting;
    } finally {
      this.#starting = null;
    }
  }

  async #start(): Promise<void> {
    const session = await this.#deps.start();
    this.#watched = await watchSession(session.socket, (closed) => void this.#sessionGone(closed));
    this.#session = session;
    this.#startedAtMs = performance.now();
    const { pid, waylandDisplay } = this.#watched.info;
    this.#lastPid = pid;
    const found = session.process ? 'session started' : 'running session found';
    this.#deps.log.info({ sessionPid: pid, waylandDisplay }, found);
    this.#serveWaiting();
  }

  /** Shows the session on this terminal from now on. */
  attach(terminal: Terminal): void {
    const before = this.#shown?.terminal;
    const { outputs, keyboard } = terminal.hello;
    const wanted = { outputs, keyboard };
    const shown: Shown = { terminal, wanted, joined: false };
    this.#shown = shown;
    before?.link.close(ByeCode.replaced, 'another terminal took the session over');
    terminal.onControl = (message) => {
      if (message.type === 'OutputsConfigure') wanted.outputs = message.outputs;
      if (message.type === 'KeyboardLayout') wanted.keyboard = message;
    };
    terminal.onClosed = () => {
      if (this.#shown === shown) this.#shown = null;
    };
    this.#join(shown);
  }

  #join(shown: Shown): void {
    const { terminal, wanted } = shown;
    const { socket } = this.#session ?? {};
    if (!this.#watched || !socket) {
      this.#tell(terminal, SessionPhase.starting, 'the session is starting');
      return;
    }
    shown.joined = true;
    this.#watched.link.ask();
    joinSession(
      terminal,
      socket,
      () => wanted,
      (closed) => this.#sessionLeft(shown, closed),
    ).then(
      () => {
        if (terminal.link.closed) return;
        terminal.log.info('session attached');
        this.#tell(terminal, SessionPhase.attached, '');
      },
      (error: Error) => this.#notJoined(shown, error),
    );
  }

  #notJoined(shown: Shown, error: Error): void {
    const { terminal } = shown;
    const reason = error.message;
    terminal.log.error({ reason }, 'the session cannot be attached');
    const silent = error instanceof LinkError && error.code === 'timeout';
    // Its process may have ended a moment ago, which is not told yet.
    if (!silent) return this.#sessionLeft(shown, { code: ByeCode.lost, reason });
    this.#tell(terminal, SessionPhase.failed, 'the session does not answer');
    terminal.link.close(ByeCode.internal, 'the session does not answer');
  }

  /** A terminal that waits gets the session; one that was shown another needs a new link, since its frames count anew. */
  #serveWaiting(): void {
    if (!this.#shown) return;
    if (this.#shown.joined)
      this.#shown.terminal.link.close(ByeCode.normal, 'the session has been started anew');
    else this.#join(this.#shown);
  }

  /** The session ended its link to a terminal: what it said goes on to the terminal, which knows what to do. */
  #sessionLeft({ terminal }: Shown, { code, reason }: LinkClosed): void {
    const unsaid = code === ByeCode.lost || code === ByeCode.timeout;
    if (!unsaid) return terminal.link.close(code, reason);
    // The links of a session that is gone close one by one, and #sessionGone tells of that; this may be the only one.
    setTimeout(() => {
      if (this.#watched) terminal.link.close(ByeCode.internal, `the session was lost: ${reason}`);
    }, LINKS_CLOSE_MS).unref();
  }

  async #sessionGone(closed: LinkClosed): Promise<void> {
    const pid = this.#lastPid;
    this.#watched = null;
    if (this.#ended) return;
    const how = await howItEnded(this.#session, closed);
    if (this.#ended) return;
    const silent = closed.code === ByeCode.timeout;
    const next = silent
      ? 'the session does not answer; looking for it again'
      : 'the session is gone; starting it anew';
    this.#deps.log.error({ how, sessionPid: pid }, next);
    const words = silent ? 'the session does not answer' : `the session is gone (${how})`;
    if (this.#shown) this.#tell(this.#shown.terminal, SessionPhase.failed, words);
    if (performance.now() - this.#startedAtMs > STABLE_MS) this.#restartMs = FIRST_RESTART_MS;
    this.#restartLater();
  }

  #restartLater(): void {
    if (this.#ended) return;
    this.#restartTimer = setTimeout(() => {
      this.start().catch((error: Error) => {
        const reason = error.message;
        if (error instanceof SilentSession) this.#deps.log.error(reason);
        else this.#deps.log.error({ reason }, 'the session does not start');
        this.#restartLater();
      });
    }, this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, LONGEST_RESTART_MS);
  }

  #tell(terminal: Terminal, state: SessionPhase, message: string): void {
    const sessionId = this.#session?.id ?? '';
    terminal.send({ type: 'SessionState', sessionId, state, message });
  }

  /** Ends the session with its applications, by force after 5 s; resolves when its process is gone. */
  async end(reason: string): Promise<void> {
    this.#ended = true;
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    // A session on its way up must be ended too.
    await this.#starting?.catch(() => {});
    this.#shown?.terminal.link.close(ByeCode.shutdown, reason);
    if (this.#watched) await this.#endWatched(this.#watched, reason);
    else await this.#endSilent();
    await this.#deps.endLeftovers();
  }

  async #endWatched({ info, control }: Watched, reason: string): Promise<void> {
    control.send(encodeControl({ type: 'Shutdown', reason }));
    if (!(await processEnds(info.pid, END_TIMEOUT_MS))) await this.#kill(info.pid);
  }

  /** One that hangs still holds its socket; when nobody does, the process has ended and its id may be another's. */
  async #endSilent(): Promise<void> {
    const socket = this.#session?.socket;
    if (socket === undefined || this.#lastPid === null || !(await answers(socket))) return;
    await this.#kill(this.#lastPid);
  }

  async #kill(pid: number): Promise<void> {
    this.#deps.log.error({ sessionPid: pid }, 'the session does not end; killing it');
    process.kill(pid, 'SIGKILL');
    await processEnds(pid, END_TIMEOUT_MS);
  }
}

async function howItEnded(session: StartedSession | null, closed: LinkClosed): Promise<string> {
  if (closed.code === ByeCode.timeout) return 'it does not answer';
  const process = session?.process;
  if (!process) return closed.reason;
  if (process.exitCode === null && process.signalCode === null) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, EXIT_STATUS_MS);
      process.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  return (
    process.signalCode ?? (process.exitCode === null ? closed.reason : `status ${process.exitCode}`)
  );
}
