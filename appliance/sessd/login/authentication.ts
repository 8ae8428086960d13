import type { Audit, AuditRecord } from '../audit.ts';
import type { Answer } from '../wire/broker-messages.ts';
import type { Attempts } from './attempts.ts';
import { type FailureTime, holdBackMs, LOGIN_FAILED } from './failure-time.ts';
import type { PamProcess, SpawnPam, Told } from './pam-process.ts';

export interface AuthenticationTimes {
  /** A module that works longer without asking anything is stuck. */
  readonly workMs: number;
  readonly answerMs: number;
  /** From success to session_start. */
  readonly claimMs: number;
  /** A session's start, all told. */
  readonly startMs: number;
}

export const DEFAULT_TIMES: AuthenticationTimes = {
  workMs: 30_000,
  answerMs: 120_000,
  claimMs: 30_000,
  startMs: 60_000,
};

export interface AuthenticationDeps {
  readonly spawn: SpawnPam;
  readonly attempts: Attempts;
  readonly audit: Audit;
  readonly failureTime: FailureTime;
  readonly times: AuthenticationTimes;
  readonly minUid: number;
  readonly confdir?: string;
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** 0 to 1, not to be guessed. */
  readonly random: () => number;
}

export interface AuthenticationRequest {
  readonly id: string;
  readonly terminal: string;
  readonly user?: string;
  readonly service: string;
  /** The session to unlock. */
  readonly unlocks?: string;
}

export interface AuthenticationListener {
  send(answer: Answer): void;
  /** The session runs and answers on its control socket. */
  onStarted(session: string): void;
  /** Its process was killed or has crashed on the way there: something of the session may be left. */
  onLost(session: string): void;
  /** Nothing of it is left; called once. */
  onOver(): void;
}

type Phase = 'naming' | 'working' | 'asking' | 'proven' | 'starting' | 'failing' | 'over';
const NAME_PROMPT = [{ style: 'visible' as const, text: 'User name:' }];

/** One login or unlocking, from the request to its end. All failures look the same from outside. */
export class Authentication {
  readonly #request: AuthenticationRequest;
  readonly #deps: AuthenticationDeps;
  readonly #listener: AuthenticationListener;
  #process: PamProcess | null = null;
  #phase: Phase = 'naming';
  #timer: NodeJS.Timeout | undefined;
  #keys: string[] = [];
  #round = 0;
  #answered = false;
  #sinceMs: number;
  #user: string | undefined;
  #session = '';

  constructor(
    request: AuthenticationRequest,
    deps: AuthenticationDeps,
    listener: AuthenticationListener,
  ) {
    this.#request = request;
    this.#deps = deps;
    this.#listener = listener;
    this.#sinceMs = deps.now();
    if (request.user === undefined) this.#askName();
    else this.#begin(request.user);
  }

  /** Whether it waits for session_start. */
  get proven(): boolean {
    return this.#phase === 'proven';
  }

  /** Takes answers, which it wipes. False when nobody asked. */
  answer(round: number, answers: readonly (Uint8Array | null)[]): boolean {
    try {
      if (this.#phase === 'naming' && round === 0) return this.#named(answers);
      if (this.#phase !== 'asking' || round !== this.#round) return false;
      this.#sinceMs = this.#deps.now();
      this.#answered = true;
      this.#phase = 'working';
      this.#within(this.#deps.times.workMs, 'a module took too long');
      const lengths = answers.map((answer) => answer?.length ?? null);
      this.#process?.send(
        { type: 'answer', round, answers: lengths },
        answers.filter((answer) => answer !== null),
      );
      return true;
    } finally {
      for (const answer of answers) answer?.fill(0);
    }
  }

  /** Starts the session of the one who has logged in. */
  start(
    session: string,
    size: { width: number; height: number } | undefined,
    choice: string | undefined,
  ): void {
    this.#phase = 'starting';
    this.#session = session;
    this.#within(this.#deps.times.startMs, 'the session did not start in time');
    const chosen = choice === undefined ? {} : { choice };
    this.#process?.send({ type: 'start', session, ...(size ? { size } : {}), ...chosen });
  }

  /** The person has gone. A failure that is being held back stays a failure. */
  cancel(): void {
    if (this.#phase === 'over' || this.#phase === 'failing' || this.#phase === 'starting') return;
    if (!this.#answered) this.#deps.attempts.withdrawn(this.#keys, this.#deps.now());
    this.#audit('cancelled');
    this.#send({ type: 'authentication_failed', code: 'cancelled', message: 'Cancelled.' });
    this.#end();
  }

  /** The broker has gone: nobody is to be told. A session that is being started is found later. */
  [Symbol.dispose](): void {
    if (this.#phase === 'starting' || this.#phase === 'over') return;
    if (this.#phase !== 'failing') this.#audit('cancelled', 'the broker has gone');
    this.#end();
  }

  #askName(): void {
    this.#within(this.#deps.times.answerMs, 'no name was given');
    this.#send({ type: 'authentication_prompt', round: 0, prompts: NAME_PROMPT });
  }

  #named(answers: readonly (Uint8Array | null)[]): boolean {
    const name = Buffer.from(answers[0] ?? []).toString();
    this.#sinceMs = this.#deps.now();
    // A name that cannot be takes the way of one that does not exist.
    this.#begin(answers.length === 1 && /^\P{C}{1,128}$/u.test(name) ? name : '!');
    return true;
  }

  #begin(user: string): void {
    const { id, terminal, service, unlocks } = this.#request;
    const { attempts, confdir, minUid, times, now } = this.#deps;
    this.#keys = [`terminal ${terminal}`, `user ${user.normalize('NFKC').toLowerCase()}`];
    const waitMs = attempts.begin(this.#keys, now());
    if (waitMs > 0) return this.#delayed(waitMs);
    this.#phase = 'working';
    this.#deps.audit.record({ event: 'login-begun', id, terminal });
    this.#within(times.workMs, 'a module took too long');
    this.#process = this.#deps.spawn({
      onReport: (report) => this.#reported(report),
      onGone: (reason) => this.#gone(reason),
    });
    this.#process.send({
      type: 'begin',
      service,
      user,
      terminal,
      minUid,
      purpose: unlocks === undefined ? 'login' : 'unlock',
      answerTimeoutMs: times.answerMs,
      ...(confdir === undefined ? {} : { confdir }),
    });
  }

  #delayed(waitMs: number): void {
    const retryAfterMs = Math.ceil(waitMs);
    const seconds = Math.ceil(waitMs / 1000);
    // How long, the login screen counts down.
    const message = 'Too many failed logins.';
    this.#audit('delayed', `${seconds} s`);
    // After the constructor: who asked must know it before it is over.
    queueMicrotask(() => {
      if (this.#phase === 'over') return;
      this.#send({ type: 'authentication_failed', code: 'wait', message, retryAfterMs });
      this.#end();
    });
  }

  #reported(report: Told): void {
    if (this.#phase === 'over' || this.#phase === 'failing') return;
    switch (report.type) {
      case 'prompt':
        return this.#asked(report);
      case 'message':
        return this.#send({
          type: 'authentication_message',
          style: report.style,
          text: report.text,
        });
      case 'authenticated':
        return this.#authenticated(report);
      case 'failed':
        this.#user = report.user;
        return this.#fail(report.reason, report.told);
      case 'started':
        return this.#started();
      case 'start_failed':
        return this.#startFailed(report.message);
    }
  }

  #asked({ round, prompts }: Extract<Told, { type: 'prompt' }>): void {
    if (this.#phase !== 'working') return this.#fail('its process asked out of turn');
    this.#phase = 'asking';
    this.#round = round;
    this.#within(this.#deps.times.answerMs, 'no answer was given');
    this.#send({ type: 'authentication_prompt', round, prompts });
  }

  #authenticated({ user, uid, messages }: Extract<Told, { type: 'authenticated' }>): void {
    if (this.#phase !== 'working') return this.#fail('its process was done out of turn');
    this.#deps.attempts.succeeded(this.#keys);
    this.#user = user;
    this.#audit('succeeded');
    const { unlocks } = this.#request;
    if (unlocks !== undefined) {
      this.#send({ type: 'unlock_authenticated', session: unlocks });
      return this.#end();
    }
    this.#phase = 'proven';
    this.#within(this.#deps.times.claimMs, 'no session was started');
    this.#send({ type: 'session_authenticated', user, uid, messages });
  }

  #started(): void {
    if (this.#phase !== 'starting') return this.#fail('its process started out of turn');
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#listener.onStarted(this.#session);
    this.#listener.onOver();
  }

  #startFailed(message: string): void {
    const { id, terminal } = this.#request;
    const session = this.#session;
    const user = this.#user ?? '';
    this.#deps.audit.record({
      event: 'session-failed',
      id,
      terminal,
      session,
      user,
      reason: message,
    });
    this.#send({ type: 'session_failed', session, message });
    this.#end();
  }

  #gone(reason: string): void {
    if (this.#phase === 'over' || this.#phase === 'failing') return;
    this.#fail(reason);
  }

  /** @param told what a person who has shown who they are may know of it */
  #fail(reason: string, told: string = LOGIN_FAILED): void {
    this.#process?.kill();
    if (this.#phase === 'starting') {
      this.#listener.onLost(this.#session);
      return this.#startFailed(reason);
    }
    const wasProven = this.#phase === 'proven';
    this.#phase = 'failing';
    if (!wasProven) this.#audit('failed', reason);
    const { now, failureTime, random } = this.#deps;
    const heldMs = holdBackMs(now() - this.#sinceMs, failureTime, random());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send({ type: 'authentication_failed', code: 'failed', message: told });
      this.#end();
    }, heldMs);
  }

  #within(timeMs: number, reason: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(reason), timeMs);
  }

  #end(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#process?.kill();
    this.#listener.onOver();
  }

  #send(answer: Unaddressed<Answer>): void {
    this.#listener.send({ ...answer, id: this.#request.id } as Answer);
  }

  #audit(how: 'succeeded' | 'failed' | 'cancelled' | 'delayed', reason?: string): void {
    const { id, terminal, unlocks } = this.#request;
    const event = `${unlocks === undefined ? 'login' : 'unlock'}-${how}` as AuditRecord['event'];
    const session = unlocks === undefined ? {} : { session: unlocks };
    const user = this.#user === undefined ? {} : { user: this.#user };
    const why = reason === undefined ? {} : { reason };
    this.#deps.audit.record({ event, id, terminal, ...session, ...user, ...why });
  }
}

type Unaddressed<A> = A extends { readonly id: string } ? Omit<A, 'id'> : never;
