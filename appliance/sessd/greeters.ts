import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Audit } from './audit.ts';
import type { PamProcess, SpawnPam, Told } from './login/pam-process.ts';
import type { RunningSessions } from './running-sessions.ts';
import type { Answer, Request } from './wire/broker-messages.ts';

export interface GreetersDeps {
  readonly sessions: RunningSessions;
  readonly spawn: SpawnPam;
  readonly audit: Audit;
  readonly user: string;
  readonly service: string;
  /** Folder of PAM service files instead of the system's. */
  readonly confdir?: string;
  /** Greeters at the same time, those being started included. */
  readonly max: number;
  readonly startMs: number;
}

type GreeterStart = Extract<Request, { type: 'greeter_start' }>;
/** Where libpam looks. */
const PAM_FOLDERS = ['/etc/pam.d', '/usr/lib/pam.d'];

/** Sessions of the login program, one for each terminal at which somebody logs in. */
export class Greeters {
  readonly #deps: GreetersDeps;
  #starting = 0;

  constructor(deps: GreetersDeps) {
    this.#deps = deps;
  }

  /**
   * Starts one; that it runs is told through the sessions.
   * @param tell hears why it does not start
   * @returns the session's id, null where there are too many
   */
  start(request: GreeterStart, tell: (answer: Answer) => void): string | null {
    const { sessions, max } = this.#deps;
    if (sessions.all.filter(({ greeter }) => greeter).length + this.#starting >= max) return null;
    const session = `greeter-${randomBytes(8).toString('hex')}`;
    sessions.reserve(session);
    this.#starting++;
    new StartingGreeter({ ...request, session }, this.#deps, (failure) => {
      if (failure !== null)
        tell({ type: 'session_failed', id: request.id, session, message: failure });
      this.#starting--;
    });
    return session;
  }
}

/** From the request until the session runs or does not. */
class StartingGreeter {
  readonly #request: GreeterStart & { readonly session: string };
  readonly #deps: GreetersDeps;
  readonly #onOver: (failure: string | null) => void;
  readonly #process: PamProcess;
  readonly #timer: NodeJS.Timeout;
  #over = false;

  constructor(
    request: GreeterStart & { readonly session: string },
    deps: GreetersDeps,
    onOver: (failure: string | null) => void,
  ) {
    this.#request = request;
    this.#deps = deps;
    this.#onOver = onOver;
    this.#timer = setTimeout(() => this.#lost('it did not start in time'), deps.startMs);
    this.#process = deps.spawn({
      onReport: (report) => this.#reported(report),
      onGone: (reason) => this.#lost(reason),
    });
    this.#process.send({ type: 'greet', ...this.#order() });
  }

  #order() {
    const { session, channel, size } = this.#request;
    const { user, service, confdir } = this.#deps;
    const folders = confdir === undefined ? PAM_FOLDERS : [confdir];
    const hasService = folders.some((folder) => existsSync(join(folder, service)));
    return {
      ...{ session, user, channel },
      ...(size ? { size } : {}),
      ...(hasService ? { service } : {}),
      ...(confdir === undefined ? {} : { confdir }),
    };
  }

  #reported(report: Told): void {
    if (this.#over) return;
    if (report.type === 'start_failed') {
      this.#deps.sessions.release(this.#request.session);
      return this.#failed(report.message);
    }
    if (report.type !== 'started') return this.#lost('its process speaks out of turn');
    this.#ended();
    const { session, id } = this.#request;
    void this.#deps.sessions.started(session, id).finally(() => this.#onOver(null));
  }

  /** Something of the session may be left. */
  #lost(reason: string): void {
    if (this.#over) return;
    this.#process.kill();
    void this.#deps.sessions.sweep(this.#request.session);
    this.#failed(reason);
  }

  #failed(reason: string): void {
    this.#ended();
    const { id, terminal, session } = this.#request;
    const { audit, user } = this.#deps;
    audit.record({ event: 'session-failed', id, terminal, session, user, reason });
    this.#onOver(reason);
  }

  #ended(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }
}
