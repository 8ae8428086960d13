import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of all that run with this text in their environment or command line, ourselves apart. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && mentions(pid, text));
}

function mentions(pid: number, text: string): boolean {
  try {
    const files = [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`];
    return files.some((file) => readFileSync(file, 'latin1').includes(text));
  } catch {
    return false;
  }
}

/** Its words, joined by NUL; empty when it has ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Whether a process is there and not merely waiting to be noticed by its parent. */
export function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** Ends processes by force; those that ended by themselves meanwhile are no error. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
