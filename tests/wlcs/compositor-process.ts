import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../appliance/session/main.js', import.meta.url));
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 5000;
const SHOWN_LOG_LINES = 20;

/** One compositor under test, with sockets in a folder of its own. */
export class CompositorProcess {
  readonly controlSocket: string;
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(folder: string) {
    this.folder = folder;
    this.controlSocket = join(folder, 'control');
    const log = openSync(join(folder, 'log'), 'w');
    this.#child = spawn(process.execPath, [program, ...this.#options()], {
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
      stdio: ['ignore', log, log, 'pipe'],
    });
    closeSync(log);
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('exit', () => resolve());
    });
  }

  /** @throws Error with the end of its log when it does not come up */
  static async start(): Promise<CompositorProcess> {
    const started = new CompositorProcess(mkdtempSync(join(tmpdir(), 'wlcs-')));
    if ((await started.#ready()) === 'ready') return started;
    const log = started.log();
    await started.stop();
    throw new Error(`the compositor does not start\n${log}`);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Errors that it logged: defects of its own, since what clients do wrong is no error. */
  errors(): string[] {
    return this.#logLines().filter((line) => !/"level":"(trace|debug|info|warn)"/.test(line));
  }

  /** The end of what it said. */
  log(): string {
    return this.#logLines().slice(-SHOWN_LOG_LINES).join('\n');
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(killer);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #options(): string[] {
    const socket = join(this.folder, 'link');
    const files = ['--socket', socket, '--control-socket', this.controlSocket];
    return ['--session', 'wlcs', '--log-level', 'warn', ...files];
  }

  #logLines(): string[] {
    return readFileSync(join(this.folder, 'log'), 'utf8').split('\n').filter(Boolean);
  }

  /** Its one line on the descriptor for that; empty when it ended or took too long. */
  async #ready(): Promise<string> {
    const pipe = this.#child.stdio[3] as Readable;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), START_TIMEOUT_MS);
    try {
      for await (const chunk of pipe) return String(chunk).trim();
      return '';
    } finally {
      clearTimeout(timer);
    }
  }
}
