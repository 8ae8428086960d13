import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Bounds of one session, as cgroup v2 writes them, e.g. {'memory.max': '4G', 'pids.max': '2000'}. */
export type CgroupLimits = Readonly<Record<string, string>>;

const FOLDER = 'wayray';
const EMPTY_TIMEOUT_MS = 5000;

/** Where cgroup v2 is mounted, by /proc/self/mountinfo; null where it is not. */
export function cgroupMount(mountinfo: string): string | null {
  for (const line of mountinfo.split('\n')) {
    const [front = '', back = ''] = line.split(' - ');
    if (back.startsWith('cgroup2 ')) return unescaped(front.split(' ')[4] ?? '') || null;
  }
  return null;
}

const unescaped = (field: string): string =>
  field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

/** The folder for our sessions' groups, made if need be; null with a reason where we may not have one. */
export function openCgroups(
  mount = cgroupMount(readFileSync('/proc/self/mountinfo', 'utf8')),
): { folder: string } | { folder: null; reason: string } {
  if (mount === null) return { folder: null, reason: 'cgroup v2 is not mounted' };
  const folder = join(mount, FOLDER);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    // A group in a threaded or a foreign hierarchy has no procs to write to.
    if (!existsSync(join(folder, 'cgroup.procs'))) throw new Error('no cgroup.procs in it');
  } catch (error) {
    return { folder: null, reason: `${folder}: ${(error as Error).message}` };
  }
  return { folder };
}

/** All processes of one session, whatever they do to get away. */
export class SessionCgroup {
  readonly path: string;

  constructor(folder: string, session: string) {
    this.path = join(folder, `session-${session}`);
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** @returns limits that this system cannot enforce */
  create(limits: CgroupLimits): string[] {
    mkdirSync(this.path, { recursive: true, mode: 0o755 });
    this.#enable(limits);
    return Object.entries(limits)
      .filter(([file, value]) => !this.#limit(file, value))
      .map(([file]) => file);
  }

  get pids(): number[] {
    try {
      return readFileSync(join(this.path, 'cgroup.procs'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(Number);
    } catch {
      return [];
    }
  }

  /** Kills everything in it and removes it. @throws Error when something does not die, which is in the kernel then */
  async remove(): Promise<void> {
    const deadlineMs = performance.now() + EMPTY_TIMEOUT_MS;
    while (this.exists) {
      this.#kill();
      try {
        rmdirSync(this.path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return;
        if (code !== 'EBUSY' || performance.now() > deadlineMs) throw error;
        await wait(10);
      }
    }
  }

  #kill(): void {
    try {
      writeFileSync(join(this.path, 'cgroup.kill'), '1');
    } catch {
      // Linux before 5.14 has no cgroup.kill. What forks meanwhile is met in the next round.
      for (const pid of this.pids) signal(pid);
    }
  }

  #enable(limits: CgroupLimits): void {
    const controllers = new Set(Object.keys(limits).map((file) => file.split('.')[0]));
    for (const controller of controllers)
      this.#write(join(this.path, '..', 'cgroup.subtree_control'), `+${controller}`);
  }

  #limit(file: string, value: string): boolean {
    return /^[a-z]+\.[a-z.]+$/.test(file) && this.#write(join(this.path, file), value);
  }

  #write(path: string, value: string): boolean {
    try {
      if (!existsSync(path)) return false;
      writeFileSync(path, value);
      return true;
    } catch {
      return false;
    }
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
