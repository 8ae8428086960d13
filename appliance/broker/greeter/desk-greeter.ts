import type { KeyboardNames } from '../../../protocol/generated/control.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import type { BrokerMessage, GreeterMessage } from '../../greeter/wire/greeter-messages.ts';
import type { Clock } from '../desk/clock.ts';
import type { DeskPolicy, LoginPort, StartedGreeter } from '../floor/ports.ts';
import { GreeterChannel } from './greeter-channel.ts';
import { GreeterLogin, type GreeterTask } from './greeter-login.ts';

const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 30_000;
/** One that was there for so long was no failure. */
const STABLE_MS = 10_000;
/** After so many failures people are told. */
const TROUBLE_AFTER = 2;
/** From its start until the greeter says that it is ready. */
const READY_MS = 30_000;

export interface DeskGreeterDeps {
  readonly logins: LoginPort;
  readonly policy: DeskPolicy['greeter'];
  /** Fingerprint. */
  readonly terminal: string;
  readonly terminalName: string;
  /** For people. */
  readonly host: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly size: () => { readonly width: number; readonly height: number } | null;
  readonly keyboard: () => KeyboardNames;
  /** Brings a greeter's session to the terminal. */
  readonly show: (greeter: StartedGreeter, onGone: (reason: string) => void) => void;
  readonly onKeyboard: (layout: string, variant: string) => void;
  /** It has gone; it is tried again. `lasting`: that has failed before. */
  readonly onTrouble: (lasting: boolean) => void;
  readonly mayShutDown: () => boolean;
  readonly onShutdown: () => void;
}

/** One greeter process, from its start to its end. */
interface Run {
  channel: GreeterChannel | null;
  started: StartedGreeter | null;
  /** When it was, on the desk's clock. */
  readyMs: number | null;
  over: boolean;
  stopTimer: (() => void) | null;
}

/** The greeter of one terminal: started when somebody is to log in, started anew when it dies, ended afterwards. */
export class DeskGreeter {
  readonly #deps: DeskGreeterDeps;
  #task: GreeterTask | null = null;
  #run: Run | null = null;
  #login: GreeterLogin | null = null;
  #restartMs = FIRST_RESTART_MS;
  #failures = 0;
  #stopRestart: (() => void) | null = null;

  constructor(deps: DeskGreeterDeps) {
    this.#deps = deps;
  }

  /** Takes the place of the task before. */
  ask(task: GreeterTask): void {
    this.#endLogin();
    this.#task = task;
    if (this.#run && this.#run.readyMs !== null) this.#beginLogin(this.#run);
    else if (!this.#run && !this.#stopRestart) this.#start();
  }

  /** Ends the greeter and whatever is asked at it. */
  stop(): void {
    this.#task = null;
    this.#endLogin();
    this.#stopRestart?.();
    this.#stopRestart = null;
    this.#restartMs = FIRST_RESTART_MS;
    this.#failures = 0;
    if (this.#run) this.#end(this.#run);
  }

  #start(): void {
    const run: Run = { channel: null, started: null, readyMs: null, over: false, stopTimer: null };
    this.#run = run;
    run.stopTimer = this.#deps.clock.after(READY_MS, () =>
      this.#failed(run, 'the greeter does not come up'),
    );
    this.#bringUp(run).catch((error: Error) => this.#failed(run, error.message));
  }

  async #bringUp(run: Run): Promise<void> {
    const { policy, logins, terminal, log, size } = this.#deps;
    const channel = await GreeterChannel.open({
      dir: policy.socketDir,
      uid: policy.uid,
      onMessage: (message, secrets) => this.#receive(run, message, secrets),
      onClose: (reason) => this.#failed(run, reason),
      onStranger: (uid) => log.warn({ uid }, 'somebody else tried to be the greeter'),
    });
    if (run.over) return channel[Symbol.dispose]();
    run.channel = channel;
    const started = await logins.startGreeter({ terminal, channel: channel.path, size: size() });
    if (run.over) return started.end();
    run.started = started;
    started.onEnd((reason) => this.#failed(run, reason));
    if (!run.over) this.#deps.show(started, (reason) => this.#failed(run, reason));
  }

  #receive(run: Run, message: GreeterMessage, secrets: Uint8Array): void {
    if (run.over) return;
    switch (message.type) {
      case 'ready':
        if (run.readyMs !== null) return;
        run.readyMs = this.#deps.clock.nowMs();
        run.stopTimer?.();
        run.channel?.send(this.#hello());
        return this.#beginLogin(run);
      case 'keyboard':
        return this.#deps.onKeyboard(message.layout, message.variant);
      case 'shutdown':
        if (this.#mayShutDown) return this.#deps.onShutdown();
        return this.#deps.log.debug('a greeter asks for a shutdown that was not offered');
      default:
        return this.#login?.receive(message, secrets);
    }
  }

  #beginLogin(run: Run): void {
    const { logins, terminal, clock } = this.#deps;
    this.#endLogin();
    const task = this.#task;
    if (!task) return;
    const send = (message: BrokerMessage) => run.channel?.send(message);
    const onSuccess: GreeterTask['onSuccess'] = (who) => {
      // It stays until the session is there, and is not missed if it goes.
      this.#task = null;
      task.onSuccess(who);
    };
    const { sessions } = this.#deps.policy;
    const deps = { logins, terminal, clock, sessions, send };
    this.#login = new GreeterLogin(deps, { ...task, onSuccess });
  }

  #endLogin(): void {
    this.#login?.[Symbol.dispose]();
    this.#login = null;
  }

  get #mayShutDown(): boolean {
    const { policy, mayShutDown } = this.#deps;
    return policy.shutdown && mayShutDown();
  }

  #hello(): BrokerMessage {
    const { policy, terminalName, host, keyboard } = this.#deps;
    const { layout, variant } = keyboard();
    const known = policy.keyboardLayouts;
    return {
      type: 'hello',
      terminal: terminalName,
      host,
      keyboard: { layout: firstOf(layout) || 'us', variant: firstOf(variant) },
      ...(known.length > 0 ? { layouts: known } : {}),
      sessions: policy.sessions,
      shutdown: this.#mayShutDown,
      contrast: policy.highContrast ? 'high' : 'normal',
      ...(policy.locale === null ? {} : { locale: policy.locale }),
    };
  }

  #failed(run: Run, reason: string): void {
    if (run.over) return;
    this.#endLogin();
    this.#end(run);
    this.#deps.log.warn({ reason }, 'the greeter has ended');
    if (!this.#task) return;
    this.#countFailure(run);
    this.#deps.onTrouble(this.#failures >= TROUBLE_AFTER);
    if (!this.#task || this.#run) return;
    this.#stopRestart?.();
    this.#stopRestart = this.#deps.clock.after(this.#restartMs, () => {
      this.#stopRestart = null;
      if (this.#task) this.#start();
    });
    this.#restartMs = Math.min(this.#restartMs * 2, LONGEST_RESTART_MS);
  }

  #countFailure({ readyMs }: Run): void {
    const livedMs = readyMs === null ? 0 : this.#deps.clock.nowMs() - readyMs;
    if (livedMs >= STABLE_MS) {
      this.#failures = 0;
      this.#restartMs = FIRST_RESTART_MS;
    }
    this.#failures += 1;
  }

  #end(run: Run): void {
    run.over = true;
    run.stopTimer?.();
    if (this.#run === run) this.#run = null;
    run.channel?.send({ type: 'bye' });
    run.channel?.[Symbol.dispose]();
    run.started?.end();
  }
}

/** XKB lists layouts with commas; a greeter knows one. */
const firstOf = (names: string): string => /^[\w-]{1,32}/.exec(names)?.[0] ?? '';
