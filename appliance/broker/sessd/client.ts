import { randomBytes } from 'node:crypto';
import type { Logger } from '../../../protocol/node/log.ts';
import type { Answer } from '../../sessd/wire/broker-messages.ts';
import { SessdConnection } from './connection.ts';
import { SessdError } from './error.ts';
import { Login, type LoginListener } from './login.ts';

type Of<T extends Answer['type']> = Extract<Answer, { type: T }>;
/** A session that runs, as wrsessd tells it. */
export type RunningSession = Of<'sessions'>['sessions'][number];
export type StartedSession = Omit<RunningSession, 'greeter'>;
export type StartedGreeter = Omit<StartedSession, 'user'>;
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface SessdListener {
  /** wrsessd can be reached, and these are its sessions. */
  onUp(sessions: readonly RunningSession[]): void;
  /** It cannot: nobody can log in, sessions run on. */
  onDown(): void;
  onEnded(session: string, reason: string): void;
  /** A session runs whose start nobody waits for any more. */
  onStray(session: StartedSession): void;
}

/** What the floor and the desks ask of wrsessd. */
export interface SessdPort {
  readonly up: boolean;
  /** Begins a login; one that cannot be begun fails with code `busy` at the next turn. */
  login(
    request: {
      readonly terminal: string;
      readonly user?: string;
      readonly method?: 'login' | 'card';
    },
    listener: LoginListener,
  ): Login;
  /** A login of a locked session's user. */
  unlock(
    request: { readonly terminal: string; readonly session: string },
    listener: LoginListener,
  ): Login;
  /** Starts a session for who has proved who they are in `login`. @throws SessdError */
  startSession(login: string, session: string, size?: PictureSize): Promise<StartedSession>;
  /** Lets go of a login that no session follows. */
  release(login: string): void;
  /** Starts a session in which somebody can log in. @throws SessdError */
  startGreeter(request: {
    readonly terminal: string;
    readonly size?: PictureSize;
    /** Unix socket on which the broker takes the greeter. */
    readonly channel: string;
  }): Promise<StartedGreeter>;
  /** Ends a session; one that wrsessd does not know has ended. Told again when wrsessd comes back. */
  logout(session: string, reason: string): void;
  /** Asks the machine itself to stop. @throws SessdError */
  shutdownHost(terminal: string, action: 'poweroff' | 'reboot'): Promise<void>;
}

const LIST_MS = 5000;
const START_MS = 70_000;
const GREETER_START_MS = 30_000;
const HOST_MS = 10_000;
const AWAY = 'Nobody can log in at the moment. Running sessions are not affected.';

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: SessdError) => void;
  readonly timer: NodeJS.Timeout;
}

/** wrsessd, over its socket. */
export class SessdClient implements SessdPort {
  readonly #connection: SessdConnection;
  readonly #listener: SessdListener;
  readonly #log: Logger;
  readonly #logins = new Map<string, Login>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #unheard = new Map<string, string>();
  #listed: RunningSession[] | null = null;
  #listTimer: NodeJS.Timeout | undefined;
  #up = false;
  #complained = false;

  constructor(path: string, log: Logger, listener: SessdListener) {
    this.#log = log;
    this.#listener = listener;
    this.#connection = new SessdConnection(path, {
      onUp: () => this.#list(),
      onDown: (reason) => this.#down(reason),
      onAnswer: (answer) => this.#answered(answer),
    });
  }

  open(): void {
    this.#connection.open();
  }

  get up(): boolean {
    return this.#up;
  }

  login(request: Parameters<SessdPort['login']>[0], listener: LoginListener): Login {
    return this.#begin('session_requested', request, listener);
  }

  unlock(request: Parameters<SessdPort['unlock']>[0], listener: LoginListener): Login {
    return this.#begin('unlock_requested', request, listener);
  }

  async startSession(login: string, session: string, size?: PictureSize): Promise<StartedSession> {
    this.#logins.get(login)?.end();
    const request = { type: 'session_start', id: login, session, ...(size ? { size } : {}) };
    const answer = await this.#request(request, START_MS);
    if (answer.type !== 'session_started') throw unexpected(answer);
    return startedOf(answer);
  }

  release(login: string): void {
    this.#logins.get(login)?.cancel();
  }

  async startGreeter(request: Parameters<SessdPort['startGreeter']>[0]): Promise<StartedGreeter> {
    const head = { type: 'greeter_start', id: newId('greeter'), ...request };
    const answer = await this.#request(head, GREETER_START_MS);
    if (answer.type !== 'greeter_started') throw unexpected(answer);
    const { session, uid, pid, socket } = answer;
    return { session, uid, pid, socket };
  }

  logout(session: string, reason: string): void {
    this.#unheard.set(session, reason);
    this.#connection.send({ type: 'session_logout', session, reason });
  }

  async shutdownHost(terminal: string, action: 'poweroff' | 'reboot'): Promise<void> {
    const head = { type: 'host_shutdown', id: newId('host'), terminal, action };
    const answer = await this.#request(head, HOST_MS);
    if (answer.type !== 'host_shutting_down') throw unexpected(answer);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#listTimer);
    this.#connection[Symbol.dispose]();
    this.#abandon('wrsrvd ends');
  }

  #begin(
    type: 'session_requested' | 'unlock_requested',
    request: object,
    listener: LoginListener,
  ): Login {
    const id = newId('login');
    const login = new Login(
      id,
      {
        send: (head, secrets) => this.#connection.send(head, secrets),
        over: () => this.#logins.delete(id),
      },
      listener,
    );
    this.#logins.set(id, login);
    if (!this.#connection.send({ type, id, ...request }))
      queueMicrotask(() => login.fail({ code: 'busy', message: AWAY }));
    return login;
  }

  #request(head: { readonly id: string }, timeoutMs: number): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { id } = head;
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      reject(new SessdError('timeout', 'wrsessd does not answer'));
    }, timeoutMs);
    this.#waiting.set(id, { resolve, reject, timer });
    if (!this.#connection.send(head)) this.#reject(id, new SessdError('away', AWAY));
    return promise;
  }

  #reject(id: string, error: SessdError): void {
    const waiting = this.#taken(id);
    waiting?.reject(error);
  }

  #taken(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #answered(answer: Answer): void {
    switch (answer.type) {
      case 'sessions':
        return this.#sessions(answer.sessions, answer.more);
      case 'session_ended':
        this.#unheard.delete(answer.session);
        return this.#listener.onEnded(answer.session, answer.reason);
      case 'session_started':
        return this.#started(answer);
      case 'greeter_started':
        return this.#greeterStarted(answer);
      case 'host_shutting_down':
        return this.#taken(answer.id)?.resolve(answer);
      case 'session_failed':
        return this.#reject(answer.id, new SessdError('failed', answer.message));
      case 'refused':
        return this.#refused(answer);
      case 'host':
        return;
      default:
        return this.#logins.get(answer.id)?.heard(answer);
    }
  }

  /** To every broker: it may be another's, or one that was given up. */
  #started(answer: Of<'session_started'>): void {
    const waiting = this.#taken(answer.id);
    if (waiting) waiting.resolve(answer);
    else this.#listener.onStray(startedOf(answer));
  }

  #greeterStarted(answer: Of<'greeter_started'>): void {
    const waiting = this.#taken(answer.id);
    if (waiting) waiting.resolve(answer);
    else this.logout(answer.session, 'nobody waits for it');
  }

  #refused({ id, code, message }: Of<'refused'>): void {
    if (code !== 'no-session' && code !== 'no-login')
      this.#log.warn({ kind: code, reason: message }, 'wrsessd refused a request');
    if (id === undefined) return;
    this.#reject(id, new SessdError('failed', message));
    this.#logins.get(id)?.heard({ type: 'refused', code, message, id });
  }

  #list(): void {
    this.#listed = [];
    clearTimeout(this.#listTimer);
    this.#listTimer = setTimeout(() => {
      this.#log.error('wrsessd does not tell its sessions');
      this.#connection.drop();
    }, LIST_MS);
    this.#connection.send({ type: 'sessions_requested' });
  }

  #sessions(sessions: readonly RunningSession[], more: boolean): void {
    if (!this.#listed) return;
    this.#listed.push(...sessions);
    if (more) return;
    clearTimeout(this.#listTimer);
    const all = this.#listed;
    this.#listed = null;
    this.#tellUnheard(all);
    const running = all.filter(({ session }) => !this.#unheard.has(session));
    this.#up = true;
    this.#complained = false;
    this.#log.info({ sessions: running.length }, 'wrsessd is there');
    this.#listener.onUp(running);
  }

  /** Those whose end was asked for while wrsessd was away. */
  #tellUnheard(all: readonly RunningSession[]): void {
    const ids = new Set(all.map(({ session }) => session));
    for (const [session, reason] of this.#unheard) {
      if (ids.has(session)) this.#connection.send({ type: 'session_logout', session, reason });
      else this.#unheard.delete(session);
    }
  }

  #down(reason: string): void {
    clearTimeout(this.#listTimer);
    this.#listed = null;
    if (!this.#complained) this.#log.error({ reason }, 'wrsessd cannot be reached: no logins');
    this.#complained = true;
    const wasUp = this.#up;
    this.#up = false;
    this.#abandon(AWAY);
    if (wasUp) this.#listener.onDown();
  }

  #abandon(message: string): void {
    for (const id of [...this.#waiting.keys()]) this.#reject(id, new SessdError('away', message));
    for (const login of [...this.#logins.values()]) login.fail({ code: 'busy', message });
  }
}

const newId = (what: string): string => `${what}-${randomBytes(12).toString('hex')}`;

function startedOf({ session, user, uid, pid, socket }: Of<'session_started'>): StartedSession {
  return { session, user, uid, pid, socket };
}

const unexpected = (answer: Answer): SessdError =>
  new SessdError('failed', `wrsessd answered ${answer.type}`);
