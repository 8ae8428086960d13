import { randomBytes } from 'node:crypto';
import type { Logger } from '../../../protocol/node/log.ts';
import type { Answer, ShutdownAction } from '../../sessd/wire/broker-messages.ts';
import type {
  LoginConversation,
  LoginListener,
  LoginPort,
  StartedGreeter,
} from '../floor/ports.ts';
import { SessdConnection } from './connection.ts';
import { SessdError } from './error.ts';
import { Greeters } from './greeters.ts';
import { Login } from './login.ts';

type Of<T extends Answer['type']> = Extract<Answer, { type: T }>;
/** A session that runs, as wrsessd tells it. */
export type RunningSession = Of<'sessions'>['sessions'][number];
export type StartedSession = Omit<RunningSession, 'greeter'>;
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** How a new session is to be. */
export interface SessionWishes {
  /** Until a terminal says its own. */
  readonly size?: PictureSize | null;
  /** Id of one of the sessions that the administrator has made. */
  readonly choice?: string | null;
}

export interface SessdListener {
  /** wrsessd can be reached, and these are its sessions, greeters of ours apart. */
  onUp(sessions: readonly RunningSession[]): void;
  /** It cannot: nobody can log in, sessions run on. */
  onDown(): void;
  onEnded(session: string, reason: string): void;
  /** A session runs whose start nobody waits for any more. */
  onStray(session: StartedSession): void;
}

/** What the floor asks of wrsessd. */
export interface SessdPort {
  readonly up: boolean;
  /** A login of somebody whose card has proved itself: PAM decides without asking anything. */
  cardLogin(
    request: { readonly terminal: string; readonly user: string },
    listener: LoginListener,
  ): LoginConversation;
  /** Starts a session for who has proved who they are in `login`. @throws SessdError */
  startSession(login: string, session: string, as?: SessionWishes): Promise<StartedSession>;
  /** Lets go of a login that no session follows. */
  release(login: string): void;
  /** Ends a session; one that wrsessd does not know has ended. Told again when wrsessd comes back. */
  logout(session: string, reason: string): void;
}

const LIST_MS = 5000;
const START_MS = 70_000;
const GREETER_START_MS = 30_000;
const HOST_MS = 10_000;
const AWAY = 'Nobody can log in at the moment. Running sessions are not affected.';
const UNAVAILABLE = { code: 'unavailable', message: AWAY, retryAfterMs: null } as const;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: SessdError) => void;
  readonly timer: NodeJS.Timeout;
}

/** wrsessd, over its socket. */
export class SessdClient implements SessdPort, LoginPort {
  readonly #connection: SessdConnection;
  readonly #listener: SessdListener;
  readonly #log: Logger;
  readonly #logins = new Map<string, Login>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #greeters = new Greeters((session) => this.logout(session, 'not wanted any more'));
  readonly #running = new Set<string>();
  /** Ends that were asked for and not told yet. */
  readonly #unheard = new Map<string, string>();
  #listed: RunningSession[] | null = null;
  #listTimer: NodeJS.Timeout | undefined;
  #up = false;
  #shutdown: readonly ShutdownAction[] = [];
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

  /** Whether the machine may be asked for it now. */
  mayShutDown(action: ShutdownAction): boolean {
    return this.#up && this.#shutdown.includes(action);
  }

  login(request: Parameters<LoginPort['login']>[0], listener: LoginListener): LoginConversation {
    const { terminal, user, session } = request;
    if (session !== null) return this.#begin('unlock_requested', { terminal, session }, listener);
    const named = user === null ? {} : { user };
    return this.#begin('session_requested', { terminal, ...named }, listener);
  }

  cardLogin(
    request: { readonly terminal: string; readonly user: string },
    listener: LoginListener,
  ): LoginConversation {
    return this.#begin('session_requested', { ...request, method: 'card' }, listener);
  }

  async startSession(
    login: string,
    session: string,
    { size = null, choice = null }: SessionWishes = {},
  ): Promise<StartedSession> {
    this.#logins.get(login)?.end();
    const wishes = { ...(size ? { size } : {}), ...(choice === null ? {} : { choice }) };
    const request = { type: 'session_start', id: login, session, ...wishes };
    const answer = await this.#request(request, START_MS);
    if (answer.type !== 'session_started') throw unexpected(answer);
    return startedOf(answer);
  }

  release(login: string): void {
    this.#logins.get(login)?.cancel();
  }

  async startGreeter(request: Parameters<LoginPort['startGreeter']>[0]): Promise<StartedGreeter> {
    const { terminal, channel, size } = request;
    const id = newId('greeter');
    const head = { type: 'greeter_start', id, terminal, channel, ...(size ? { size } : {}) };
    const answer = await this.#request(head, GREETER_START_MS);
    if (answer.type !== 'greeter_started') throw unexpected(answer);
    const greeter = this.#greeters.find(answer.session);
    if (!greeter) throw new SessdError('failed', 'the greeter ended at once');
    return greeter;
  }

  logout(session: string, reason: string): void {
    if (this.#up && !this.#running.has(session)) return;
    this.#unheard.set(session, reason);
    this.#connection.send({ type: 'session_logout', session, reason });
  }

  async shutdownHost(terminal: string, action: ShutdownAction): Promise<void> {
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
      queueMicrotask(() => login.fail(UNAVAILABLE));
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
        this.#running.delete(answer.session);
        if (this.#greeters.has(answer.session))
          return this.#greeters.ended(answer.session, answer.reason);
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
        this.#shutdown = answer.shutdown;
        return;
      default:
        return this.#logins.get(answer.id)?.heard(answer);
    }
  }

  /** To every broker: it may be another's, or one that was given up. */
  #started(answer: Of<'session_started'>): void {
    this.#running.add(answer.session);
    const waiting = this.#taken(answer.id);
    if (waiting) waiting.resolve(answer);
    else this.#listener.onStray(startedOf(answer));
  }

  #greeterStarted(answer: Of<'greeter_started'>): void {
    this.#running.add(answer.session);
    this.#greeters.started(answer.session, answer.uid, answer.socket);
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
    this.#connection.send({ type: 'host_requested' });
    this.#connection.send({ type: 'sessions_requested' });
  }

  #sessions(sessions: readonly RunningSession[], more: boolean): void {
    if (!this.#listed) return;
    this.#listed.push(...sessions);
    if (more) return;
    clearTimeout(this.#listTimer);
    const all = this.#listed;
    this.#listed = null;
    this.#running.clear();
    for (const { session } of all) this.#running.add(session);
    this.#tellUnheard();
    this.#greeters.keep(this.#running);
    const running = all.filter(
      ({ session }) => !this.#unheard.has(session) && !this.#greeters.has(session),
    );
    this.#up = true;
    this.#complained = false;
    this.#log.info({ sessions: running.length }, 'wrsessd is there');
    this.#listener.onUp(running);
  }

  /** Those whose end was asked for while wrsessd was away. */
  #tellUnheard(): void {
    for (const [session, reason] of this.#unheard) {
      if (this.#running.has(session))
        this.#connection.send({ type: 'session_logout', session, reason });
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
    for (const login of [...this.#logins.values()]) login.fail({ ...UNAVAILABLE, message });
  }
}

const newId = (what: string): string => `${what}-${randomBytes(12).toString('hex')}`;

function startedOf({ session, user, uid, pid, socket }: Of<'session_started'>): StartedSession {
  return { session, user, uid, pid, socket };
}

const unexpected = (answer: Answer): SessdError =>
  new SessdError('failed', `wrsessd answered ${answer.type}`);
