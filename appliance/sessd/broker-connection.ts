import type { Socket } from 'node:net';
import { Channel, splitSecrets } from '../wire/channel.ts';
import { MessageError } from '../wire/check.ts';
import { type Frame, FrameError } from '../wire/frame.ts';
import type { Audit } from './audit.ts';
import type { Greeters } from './greeters.ts';
import type { Host } from './host.ts';
import { Authentication, type AuthenticationDeps } from './login/authentication.ts';
import type { RunningSessions } from './running-sessions.ts';
import {
  type Answer,
  type Request,
  readRequest,
  SESSIONS_AT_ONCE,
} from './wire/broker-messages.ts';

export interface Services {
  readonly login: string;
  readonly card: string;
  readonly unlock: string;
}

export interface BrokerConnectionDeps {
  readonly sessions: RunningSessions;
  readonly authentication: AuthenticationDeps;
  readonly services: Services;
  readonly greeters: Greeters;
  readonly host: Host;
  readonly audit: Audit;
  /** Logins under way over all connections, each of which is a process. */
  readonly load: { logins: number; readonly max: number };
  readonly onClose: (connection: BrokerConnection) => void;
}

/** A broker makes no mistakes of its own; this many and it is something else. */
const MISTAKES_MAX = 100;

/** One broker, and the logins that it asked for. */
export class BrokerConnection {
  readonly #deps: BrokerConnectionDeps;
  readonly #channel: Channel;
  readonly #logins = new Map<string, Authentication>();
  readonly #greeters = new Set<string>();
  #mistakes = 0;

  constructor(socket: Socket, deps: BrokerConnectionDeps) {
    this.#deps = deps;
    this.#channel = new Channel(socket, {
      onFrame: (frame) => this.#received(frame),
      onClose: (error) => this.#closed(error),
    });
  }

  send(answer: Answer): void {
    if (answer.type === 'session_ended' || answer.type === 'session_failed')
      this.#greeters.delete(answer.session);
    this.#channel.send(answer);
  }

  [Symbol.dispose](): void {
    this.#channel[Symbol.dispose]();
  }

  #received({ head, secrets }: Frame): void {
    try {
      const request = readRequest(head);
      if (request.type !== 'authentication_answer' && secrets.length > 0)
        throw new FrameError('secrets that nobody asked for');
      this.#handle(request, secrets);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#mistake('invalid', error.message);
    } finally {
      secrets.fill(0);
    }
  }

  #handle(request: Request, secrets: Uint8Array): void {
    switch (request.type) {
      case 'session_requested':
        return this.#requested(request);
      case 'unlock_requested':
        return this.#unlock(request);
      case 'authentication_answer':
        return this.#answered(request, secrets);
      case 'authentication_cancelled':
        return this.#login(request.id)?.cancel();
      case 'session_start':
        return this.#start(request);
      case 'session_logout':
        if (this.#deps.sessions.end(request.session, request.reason)) return;
        return this.#refuse('no-session', `no session ${request.session} runs`);
      case 'sessions_requested':
        return this.#list();
      case 'host_requested':
        return this.send({ type: 'host', shutdown: this.#deps.host.allowed });
      case 'greeter_start':
        return this.#greet(request);
      case 'host_shutdown':
        return void this.#shutDown(request);
    }
  }

  #requested(request: Extract<Request, { type: 'session_requested' }>): void {
    const { id, terminal, user, method = 'login' } = request;
    const service = this.#deps.services[method];
    this.#begin({ id, terminal, service, ...(user === undefined ? {} : { user }) });
  }

  #unlock(request: Extract<Request, { type: 'unlock_requested' }>): void {
    const { id, terminal, session } = request;
    const running = this.#deps.sessions.find(session);
    if (!running || running.greeter)
      return this.#refuse('no-session', `no session ${session} runs`, id);
    const { user } = running;
    this.#begin({ id, terminal, user, service: this.#deps.services.unlock, unlocks: session });
  }

  #begin(request: ConstructorParameters<typeof Authentication>[0]): void {
    const { load, sessions, authentication } = this.#deps;
    const { id } = request;
    if (this.#logins.has(id)) return this.#mistake('taken', `login ${id} is under way`, id);
    if (load.logins >= load.max) {
      const message = 'The server is busy. Try again in a moment.';
      return this.send({ type: 'authentication_failed', id, code: 'busy', message });
    }
    load.logins++;
    const login = new Authentication(request, authentication, {
      send: (answer) => this.send(answer),
      onStarted: (session) => void sessions.started(session, id),
      onLost: (session) => void sessions.sweep(session),
      onOver: () => {
        load.logins--;
        this.#logins.delete(id);
      },
    });
    this.#logins.set(id, login);
  }

  #answered(
    { id, round, answers }: Extract<Request, { type: 'authentication_answer' }>,
    secrets: Uint8Array,
  ): void {
    const given = splitSecrets(answers, secrets);
    const login = this.#login(id);
    if (login && !login.answer(round, given))
      this.#mistake('out-of-turn', 'nobody asked in this round', id);
  }

  #start({ id, session, size, choice }: Extract<Request, { type: 'session_start' }>): void {
    const login = this.#login(id);
    if (!login) return;
    if (!login.proven) return this.#mistake('out-of-turn', `login ${id} has not succeeded`, id);
    if (!this.#deps.sessions.reserve(session))
      return this.#mistake('taken', `session ${session} is there already`, id);
    login.start(session, size, choice);
  }

  #greet(request: Extract<Request, { type: 'greeter_start' }>): void {
    const { audit, greeters } = this.#deps;
    const { id, terminal } = request;
    const session = greeters.start(request, (answer) => this.send(answer));
    if (session === null) return this.#refuse('busy', 'too many greeters run', id);
    this.#greeters.add(session);
    audit.record({ event: 'greeter-requested', id, terminal, session });
  }

  async #shutDown(request: Extract<Request, { type: 'host_shutdown' }>): Promise<void> {
    const { id, action } = request;
    const refusal = await this.#deps.host.shutDown(request);
    if (refusal === null) this.send({ type: 'host_shutting_down', id, action });
    else this.#refuse('not-allowed', refusal, id);
  }

  #list(): void {
    const { all } = this.#deps.sessions;
    for (let at = 0; at === 0 || at < all.length; at += SESSIONS_AT_ONCE) {
      const sessions = all.slice(at, at + SESSIONS_AT_ONCE);
      this.send({ type: 'sessions', sessions, more: at + SESSIONS_AT_ONCE < all.length });
    }
  }

  #login(id: string): Authentication | undefined {
    const login = this.#logins.get(id);
    if (!login) this.#refuse('no-login', `no login ${id} is under way`, id);
    return login;
  }

  /** What a broker may ask that cannot be: two messages have crossed, or there is no room. */
  #refuse(code: string, message: string, id?: string): void {
    this.send({ type: 'refused', code, message, ...(id === undefined ? {} : { id }) });
  }

  #mistake(code: string, message: string, id?: string): void {
    this.#refuse(code, message, id);
    if (++this.#mistakes >= MISTAKES_MAX) this.#brokeRules('too many mistakes');
  }

  #brokeRules(reason: string): void {
    this.#deps.audit.record({ event: 'peer-broke-rules', reason });
    this.#channel.end();
  }

  #closed(error: Error | null): void {
    if (error instanceof FrameError) this.#brokeRules(error.message);
    for (const login of [...this.#logins.values()]) login[Symbol.dispose]();
    // They serve nobody without the broker that has asked for them.
    for (const session of this.#greeters) this.#deps.sessions.endUnwanted(session);
    this.#deps.onClose(this);
  }
}
