import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../options.ts';
import type { DenseServer } from './product.ts';

/** Control groups of version 1; version 2 would take WayRay's sessions out of the groups that wrsessd has put them in. */
const CONTROLLER = '/sys/fs/cgroup/cpu';
/** The least that the kernel gives at once, so that pauses are short. */
const QUOTA_US = 1000;
const EMPTY_MS = 5000;

/**
 * A part of a core for all processes of a server: in each period they run for a millisecond, then all wait for the next.
 * Within it sessions are equal: one group each, as the kernel's grouping of terminal sessions has it.
 */
export class CoreShare implements AsyncDisposable {
  readonly #folder: string;

  /**
   * @param share above 0, below 1
   * @throws UsageError where the kernel has no such groups
   */
  constructor(share: number) {
    this.#folder = join(CONTROLLER, `wayray-density-${process.pid}`);
    try {
      mkdirSync(this.#folder);
      writeFileSync(join(this.#folder, 'cpu.cfs_period_us'), String(Math.round(QUOTA_US / share)));
      writeFileSync(join(this.#folder, 'cpu.cfs_quota_us'), String(QUOTA_US));
    } catch (cause) {
      if (existsSync(this.#folder)) rmdirSync(this.#folder);
      throw new UsageError(`a part of a core wants cgroup v1's cpu at ${CONTROLLER}, as root`, {
        cause,
      });
    }
  }

  /** What these processes start later is in it, too. */
  take(server: DenseServer): void {
    this.#take('shared', server.sharedPids());
    for (const [i, session] of server.sessions.entries())
      this.#take(String(i), session.serverPids());
  }

  #take(name: string, pids: readonly number[]): void {
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    for (const pid of pids)
      try {
        writeFileSync(join(folder, 'cgroup.procs'), String(pid));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
  }

  /** All of the core again, so that what is there soon ends. */
  lift(): void {
    writeFileSync(join(this.#folder, 'cpu.cfs_quota_us'), '-1');
  }

  /** To be called when the server has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    const deadlineMs = performance.now() + EMPTY_MS;
    const groups = readdirSync(this.#folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(this.#folder, name));
    while (groups.some(hasProcesses) && performance.now() < deadlineMs) await sleep(50);
    for (const folder of [...groups, this.#folder]) rmdirSync(folder);
  }
}

function hasProcesses(folder: string): boolean {
  return readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim() !== '';
}
