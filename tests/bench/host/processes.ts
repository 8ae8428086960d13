import { type ChildProcess, spawn } from 'node:child_process';
import { LineReader } from './line-reader.ts';
import { processIdentity, processTree } from './process-tree.ts';
import { Tail } from './tail.ts';

const stopGraceMs = 2000;
const shownLogCharacters = 400;

export interface Launch {
  /** For messages and the name of the log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Network namespace made by `ip netns add`; without one the bench's own. */
  readonly namespace?: string;
  /** Run as this user instead of root. */
  readonly user?: string;
}

/** A child with everything that it starts: one process group, stopped together. */
export class OwnedProcess {
  readonly name: string;
  readonly pid: number;
  readonly output: LineReader;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #log: Tail;
  #hasExited = false;

  constructor(name: string, child: ChildProcess) {
    const { stdout, stderr } = child;
    if (child.pid === undefined || !stdout || !stderr) throw new Error(`${name} cannot be started`);
    this.name = name;
    this.pid = child.pid;
    this.#child = child;
    this.#log = new Tail(stderr);
    this.output = new LineReader(stdout);
    // Writing to a child that has just died is reported by its exit.
    child.stdin?.on('error', () => {});
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        this.#hasExited = true;
        resolve();
      });
    });
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  write(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** To the process alone; nothing happens when it is gone. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#hasExited) sendSignal(this.pid, signal);
  }

  /** Runs a step of talking to the child; an error gets the child's name and the end of its log. */
  async explain<T>(step: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const log = this.#log.text().slice(-shownLogCharacters).trim();
      throw new Error(`${this.name}: ${step}: ${reason}${log ? `\n${log}` : ''}`, { cause });
    }
  }

  /** Asks the group to end, then makes it, and descendants that left the group too. */
  async stop(): Promise<void> {
    const family = processTree(this.pid).map((pid) => ({ pid, identity: processIdentity(pid) }));
    this.#signalGroup('SIGTERM');
    const killer = setTimeout(() => this.#signalGroup('SIGKILL'), stopGraceMs);
    await this.exited;
    clearTimeout(killer);
    this.#signalGroup('SIGKILL');
    for (const { pid, identity } of family)
      if (identity && processIdentity(pid) === identity) sendSignal(pid, 'SIGKILL');
  }

  #signalGroup(signal: NodeJS.Signals): void {
    sendSignal(-this.pid, signal);
  }
}

/** @param target a pid, or a negative process group; nothing happens when it is gone */
function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Owner of every process that the bench starts. */
export class Processes implements AsyncDisposable {
  readonly #running: OwnedProcess[] = [];
  readonly #groups = new Set<Processes>();
  #parent: Processes | undefined;
  #closed = false;

  start(launch: Launch): OwnedProcess {
    if (this.#closed) throw new Error('the bench is ending');
    const [command, ...args] = wrapCommand(launch);
    const child = spawn(command, args, {
      env: { ...process.env, ...launch.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches the bench alone, which ends them in order.
      detached: true,
    });
    child.on('error', () => {});
    const owned = new OwnedProcess(launch.name, child);
    this.#running.push(owned);
    void owned.exited.then(() => this.#running.splice(this.#running.indexOf(owned), 1));
    return owned;
  }

  /** Processes that can be ended before the others; they end with them too. */
  group(): Processes {
    const group = new Processes();
    this.#groups.add(group);
    group.#parent = this;
    return group;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#parent) this.#parent.#groups.delete(this);
    for (const group of this.#groups) await group[Symbol.asyncDispose]();
    for (const child of this.#running.toReversed()) await child.stop();
  }
}

/** All wrappers exec, so the pid stays; should the bench be killed, the kernel ends the children. */
function wrapCommand(launch: Launch): [string, ...string[]] {
  const enter = launch.namespace ? ['nsenter', `--net=/run/netns/${launch.namespace}`] : [];
  const user = launch.user ? [`--reuid=${launch.user}`, '--regid=nogroup', '--clear-groups'] : [];
  const all = [...enter, 'setpriv', '--pdeathsig=TERM', ...user, launch.command, ...launch.args];
  return all as [string, ...string[]];
}
