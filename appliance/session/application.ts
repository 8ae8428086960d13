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
  /** They are started in it. */
  readonly folder: string;
  /** In `environment`: what carries it ends with the session. */
  readonly mark: string;
  /** Descriptor for the standard output and error of an application of this name. */
  readonly outputOf: (name: string) => number | 'inherit';
  readonly log: Logger;
}

/** For one that did not even start. */
const NOT_STARTED: ApplicationEnd = { status: 127, signal: null };

/** The applications that the session itself starts; each in a process group of its own, ended with the session. */
export class Applications {
  readonly #deps: ApplicationsDeps;
  onEnded: (name: string, end: ApplicationEnd) => void = () => {};

  constructor(deps: ApplicationsDeps) {
    this.#deps = deps;
  }

  /** @param command given to `sh -c` */
  start(
    { name, command }: { name: string; command: string },
    onEnded: (end: ApplicationEnd) => void = () => {},
  ): void {
    const { environment, folder, outputOf, log } = this.#deps;
    const output = outputOf(name);
    const child = spawn('/bin/sh', ['-c', command], {
      env: environment,
      cwd: folder,
      stdio: ['ignore', output, output],
      detached: true,
    });
    child.on('error', (error) => {
      log.error({ application: name, command, err: error }, 'application does not start');
      onEnded(NOT_STARTED);
    });
    child.on('exit', (status, signal) => {
      const level = status === 0 ? 'info' : 'warn';
      log[level]({ application: name, command, status, signal }, 'application ended');
      this.onEnded(name, { status, signal });
      onEnded({ status, signal });
    });
    log.info({ application: name, command, pid: child.pid }, 'application started');
  }

  /** Ends all of them with what they started, by force after 2 s; resolves when the last is gone. */
  async end(): Promise<void> {
    await endSessionProcesses(this.#deps.mark);
  }
}
