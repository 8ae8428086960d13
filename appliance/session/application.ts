import { spawn } from 'node:child_process';
import type { Logger } from '../../protocol/node/log.ts';
import { endSessionProcesses } from '../session-processes.ts';

/** How an application ended: its status, or the signal that ended it. */
export interface ApplicationEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ApplicationsDeps {
  readonly environment: NodeJS.ProcessEnv;
  /** In `environment`: what carries it ends with the session. */
  readonly mark: string;
  /** Descriptor of their standard output and error; default: our own. */
  readonly output: number | 'inherit';
  readonly log: Logger;
}

/** The applications that the session itself starts; each in a process group of its own, ended with the session. */
export class Applications {
  readonly #deps: ApplicationsDeps;
  onEnded: (end: ApplicationEnd) => void = () => {};

  constructor(deps: ApplicationsDeps) {
    this.#deps = deps;
  }

  /** @param command given to `sh -c` */
  start(command: string): void {
    const { environment, output, log } = this.#deps;
    const child = spawn('/bin/sh', ['-c', command], {
      env: environment,
      stdio: ['ignore', output, output],
      detached: true,
    });
    child.on('error', (error) => log.error({ command, err: error }, 'application does not start'));
    child.on('exit', (status, signal) => {
      const level = status === 0 ? 'info' : 'warn';
      log[level]({ command, status, signal }, 'application ended');
      this.onEnded({ status, signal });
    });
    log.info({ command, pid: child.pid }, 'application started');
  }

  /** Ends all of them with what they started, by force after 2 s; resolves when the last is gone. */
  async end(): Promise<void> {
    await endSessionProcesses(this.#deps.mark);
  }
}
