import type { Order, Report } from '../pam/messages.ts';
import { controlSocket, type Places } from '../places.ts';
import type { Launch, Launcher } from './launcher.ts';

export type StartRequest = Extract<Order, { type: 'start' | 'greet' }>;
export type StartReport = Extract<Report, { type: 'opened' | 'ready' }>;

/** Until a terminal says its own. */
const SIZE = { width: 1920, height: 1080 };
const MESSAGE_MAX = 2000;

/** wrsessd's part of a session's start: wrpam opens the PAM session, starts what we plan, and keeps it. */
export class SessionStart {
  readonly #request: StartRequest;
  readonly #launcher: Launcher;
  readonly #places: Places;
  readonly #send: (order: object) => void;
  #launch: Launch | null = null;

  constructor(
    request: StartRequest,
    launcher: Launcher,
    places: Places,
    send: (order: object) => void,
  ) {
    this.#request = request;
    this.#launcher = launcher;
    this.#places = places;
    this.#send = send;
  }

  /** What wrpam is told first. */
  get order(): object {
    const ours = this.#launcher.pamSession === 'ours';
    if (this.#request.type === 'start') return { type: 'start', ours };
    const { session: _, channel: __, size: ___, ...greet } = this.#request;
    return { ...greet, ours };
  }

  /** Goes on with what wrpam has told. */
  async take(report: StartReport): Promise<void> {
    try {
      if (report.type === 'opened') await this.#plan(report);
      else this.#send(await this.#keep(report.pid));
    } catch (error) {
      this.#send({ type: 'abandon', message: (error as Error).message.slice(0, MESSAGE_MAX) });
    }
  }

  async #plan(report: Extract<Report, { type: 'opened' }>): Promise<void> {
    const order = await this.#run(report);
    try {
      this.#send(order);
    } catch (error) {
      // A plan too long for a frame: wrpam does not hear what has been made for it.
      await this.#launcher.sweep(this.#request.session);
      throw error;
    }
  }

  async #run({ type: _, environment, hasHome, ...account }: Extract<Report, { type: 'opened' }>) {
    const { session, size = SIZE } = this.#request;
    this.#launch = {
      ...{ session, size, account, hasHome },
      pamEnvironment: variables(environment),
      ...kindOf(this.#request),
    };
    const { environment: own, ...plan } = await this.#launcher.prepare(this.#launch);
    const pairs = Object.entries(own).map(([name, value]) => `${name}=${value}`);
    return { type: 'run', ...plan, environment: pairs };
  }

  async #keep(pid: number) {
    if (this.#launch === null) throw new Error('wrpam speaks out of turn');
    const { session } = this.#request;
    const serving = await this.#launcher.serving(this.#launch, pid);
    return { type: 'keep', session, control: controlSocket(this.#places, session), ...serving };
  }
}

function kindOf(request: StartRequest): Pick<Launch, 'greeter' | 'choice'> {
  if (request.type === 'greet')
    return { greeter: { channel: request.channel, pamService: request.service ?? null } };
  return request.choice === undefined ? {} : { choice: request.choice };
}

const variables = (pairs: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
