import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '../../protocol/node/log.ts';

/** Time an application has between the polite signal and the one it cannot refuse. */
const GRACE_MS = 2000;

/** How an application ended: its status, or the signal that ended it. */
export interface ApplicationEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The applications that the session itself starts; each in a process group of its own, ended with the session. */
export class Applications {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #log: Logger;
  readonly #running = new Set<ChildProcess>();
  onEnded: (end: ApplicationEnd) => void = () => {};

  constructor(environment: NodeJS.ProcessEnv, log: Logger) {
    this.#environment = environment;
    this.#log = log;
  }

  /** @param command given to `sh -c` */
  start(command: string): void {
    const child = spawn('/bin/sh', ['-c', command], {
      env: this.#environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    this.#running.add(child);
    child.on('error', (error) =>
      this.#log.error({ command, err: error }, 'application does not start'),
    );
    child.on('exit', (status, signal) => {
      this.#running.delete(child);
      const level = status === 0 ? 'info' : 'warn';
      this.#log[level]({ command, status, signal }, 'application ended');
      this.onEnded({ status, signal });
    });
    this.#log.info({ command, pid: child.pid }, 'application started');
  }

  /** Ends all of them; resolves when the last is gone. */
  async end(): Promise<void> {
    await Promise.all([...this.#running].map((child) => this.#endOne(child)));
  }

  async #endOne(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    signalGroup(child, 'SIGTERM');
    const force = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(force);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
