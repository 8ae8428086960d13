import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of the project under test, with what it says. */
export class Program {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #watchers: (() => void)[] = [];

  /**
   * @param main path within the repository, e.g. firmware/main.js
   * @param prefix command that runs it, e.g. `ip netns exec NAME`
   * @param flags of Node
   */
  constructor(
    main: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
    prefix: readonly string[] = [],
    flags: readonly string[] = [],
  ) {
    const node = [process.execPath, ...flags, join(repository, main), ...args];
    const [program = '', ...words] = [...prefix, ...node];
    this.process = spawn(program, words, {
      cwd: repository,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => this.#said(chunk, 'stdout'));
    this.process.stderr?.on('data', (chunk: Buffer) => this.#said(chunk, 'stderr'));
    this.ended = new Promise((resolve) => {
      this.process.once('close', (status, signal) => {
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
        this.#wake();
      });
    });
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Resolves with the first match in what the program says. @throws Error when it ends or 20 s pass without one */
  async says(pattern: RegExp, where: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    const deadlineMs = performance.now() + 20_000;
    for (;;) {
      const match = pattern.exec(this[where]);
      if (match) return match;
      if (!this.running)
        throw new Error(`it ended without ${pattern}: ${this.stdout}${this.stderr}`);
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new Error(`no ${pattern} in: ${this.stdout}${this.stderr}`);
      await this.#change(leftMs);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (this.running) this.process.kill(signal);
    return this.ended;
  }

  #said(chunk: Buffer, where: 'stdout' | 'stderr'): void {
    this[where] += chunk.toString();
    this.#wake();
  }

  #wake(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#watchers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
