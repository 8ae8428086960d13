import { randomBytes } from 'node:crypto';
import type { BrokerMessage, GreeterMessage } from '../../greeter/wire/greeter-messages.ts';
import { splitSecrets } from '../../wire/channel.ts';
import { FrameError } from '../../wire/frame.ts';
import type { Clock } from '../desk/clock.ts';
import type { LoginConversation, LoginListener, LoginPort } from '../floor/ports.ts';

/** What somebody is to prove at a greeter. */
export interface GreeterTask {
  readonly reason: 'login' | 'unlock';
  /** Null: whoever it is. Otherwise nobody else will do. */
  readonly user: string | null;
  readonly shownName: string | null;
  /** The session that is to be unlocked; null for a login. */
  readonly session: string | null;
  /** Told at the beginning; null for nothing. */
  readonly notice: string | null;
  readonly onSuccess: (who: {
    readonly user: string;
    /** Null for an unlock. */
    readonly uid: number | null;
    /** Of the conversation; null for an unlock. */
    readonly login: string | null;
    readonly sessionChoice: string | null;
  }) => void;
  readonly onFailure: () => void;
  readonly onCancel: () => void;
}

export interface GreeterLoginDeps {
  readonly logins: LoginPort;
  readonly terminal: string;
  readonly clock: Clock;
  /** Those that can be chosen. */
  readonly sessions: readonly { readonly id: string }[];
  readonly send: (message: BrokerMessage) => void;
}

/** For reading what PAM has to say at a login; wrsessd holds a login that has succeeded for 30 s. */
const READ_MS = 15_000;

type Failure = Parameters<LoginListener['failed']>[0];

/** Carries a login between one greeter and wrsessd until it succeeds: after each failure the greeter is asked again. */
export class GreeterLogin {
  readonly #deps: GreeterLoginDeps;
  readonly #task: GreeterTask;
  #id = '';
  #conversation: LoginConversation | null = null;
  #sessionChoice: string | null = null;
  #stopTimer: (() => void) | null = null;
  /** What follows once the person has read what was told. */
  #afterReading: (() => void) | null = null;
  #over = false;

  constructor(deps: GreeterLoginDeps, task: GreeterTask) {
    this.#deps = deps;
    this.#task = task;
    this.#ask();
  }

  /** @throws FrameError for what no greeter says now */
  receive(message: GreeterMessage & { login: string }, secrets: Uint8Array): void {
    // News of a login that has ended meanwhile.
    if (this.#over || message.login !== this.#id) return;
    switch (message.type) {
      case 'begin':
        return this.#begin(message.user, message.session);
      case 'answer': {
        if (!this.#conversation) throw new FrameError('an answer before the login has begun');
        return this.#conversation.answer(message.round, splitSecrets(message.answers, secrets));
      }
      case 'read':
        return this.#afterReading?.();
      case 'cancel':
        return this.#cancelled();
    }
  }

  /** Tells nobody. */
  [Symbol.dispose](): void {
    this.#over = true;
    this.#stopTimer?.();
    this.#conversation?.cancel();
    this.#conversation = null;
  }

  #ask(): void {
    const { reason, user, shownName, notice } = this.#task;
    this.#id = randomBytes(12).toString('base64url');
    this.#deps.send({
      type: 'ask',
      login: this.#id,
      reason,
      ...(user === null ? {} : { user }),
      ...(shownName === null ? {} : { shownName }),
      fixed: user !== null,
    });
    if (notice === null) return;
    this.#deps.send({ type: 'message', login: this.#id, style: 'info', text: notice });
  }

  #begin(typed: string | undefined, session: string | undefined): void {
    if (this.#conversation) throw new FrameError('the login has begun already');
    const { logins, terminal, sessions } = this.#deps;
    if (session !== undefined && !sessions.some(({ id }) => id === session))
      throw new FrameError('a session that was not offered');
    const user = this.#task.user ?? typed ?? null;
    this.#sessionChoice = session ?? null;
    const request = { terminal, user, session: this.#task.session };
    this.#conversation = logins.login(request, this.#listener());
  }

  #listener(): LoginListener {
    const login = this.#id;
    const { send } = this.#deps;
    const current = (act: () => void) => {
      if (!this.#over && login === this.#id) act();
    };
    return {
      prompt: (round, prompts) => current(() => send({ type: 'prompt', login, round, prompts })),
      message: (style, text) => current(() => send({ type: 'message', login, style, text })),
      authenticated: (user, uid, messages) =>
        current(() => {
          this.#authenticated(user, uid, messages);
        }),
      unlocked: () => current(() => this.#succeeded(this.#task.user ?? '', null)),
      failed: (failure) => current(() => this.#failed(failure)),
    };
  }

  #authenticated(user: string, uid: number, messages: readonly string[]): void {
    const wanted = this.#task.user;
    if (wanted === null || wanted === user)
      return this.#tell(messages, () => this.#succeeded(user, uid));
    this.#conversation?.cancel();
    const message = 'Somebody else has logged in than the one who is asked for.';
    this.#failed({ code: 'failed', message, retryAfterMs: null });
  }

  /** The session would come and cover it. */
  #tell(messages: readonly string[], then: () => void): void {
    const words = messages.filter((text) => text.trim() !== '');
    if (words.length === 0) return then();
    const { send, clock } = this.#deps;
    for (const text of words) send({ type: 'message', login: this.#id, style: 'info', text });
    send({ type: 'told', login: this.#id });
    this.#afterReading = () => {
      this.#afterReading = null;
      this.#stopTimer?.();
      then();
    };
    this.#stopTimer = clock.after(READ_MS, this.#afterReading);
  }

  #succeeded(user: string, uid: number | null): void {
    const login = uid === null ? null : (this.#conversation?.id ?? null);
    this.#deps.send({ type: 'accepted', login: this.#id });
    this.#over = true;
    this.#conversation = null;
    this.#task.onSuccess({ user, uid, login, sessionChoice: this.#sessionChoice });
  }

  #failed({ code, message, retryAfterMs }: Failure): void {
    this.#conversation = null;
    this.#deps.send({
      type: 'failed',
      login: this.#id,
      code: code === 'unavailable' ? 'busy' : code,
      message,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    });
    if (code === 'failed') this.#task.onFailure();
    if (this.#over) return;
    // Until then nothing that comes belongs to a login.
    this.#id = '';
    if (retryAfterMs === null || retryAfterMs === 0) return this.#ask();
    this.#stopTimer = this.#deps.clock.after(retryAfterMs, () => this.#ask());
  }

  #cancelled(): void {
    this.#afterReading = null;
    this.#stopTimer?.();
    this.#conversation?.cancel();
    this.#conversation = null;
    this.#task.onCancel();
    if (!this.#over) this.#ask();
  }
}
