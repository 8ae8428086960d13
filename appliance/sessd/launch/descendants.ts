import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { reap } from '../../../native/process/index.ts';

const END_TIMEOUT_MS = 5000;

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly dead: boolean;
}

/**
 * Kills all that descend from a process, itself apart. Where there are no cgroups this is what holds a session
 * together; it needs adoptOrphans(), else those whose parent has ended are out of reach.
 */
export async function killDescendants(of: number): Promise<void> {
  const deadlineMs = performance.now() + END_TIMEOUT_MS;
  for (;;) {
    const found = descendants(processTable(), of);
    for (const { pid, dead, parent } of found) {
      if (!dead) kill(pid);
      else if (parent === of && of === process.pid) reap(pid);
    }
    if (found.every(({ dead }) => dead)) return;
    if (performance.now() > deadlineMs) throw new Error('some processes do not die');
    await wait(10);
  }
}

/** Kills a user's processes that carry the session's mark. For a session whose own process is gone. */
export async function killMarked(session: string): Promise<void> {
  const mark = `\0WAYRAY_SESSION=${session}\0`;
  for (const { pid } of processTable()) {
    if (pid !== process.pid && `\0${environmentOf(pid)}\0`.includes(mark)) kill(pid);
  }
}

function descendants(table: readonly Row[], of: number): Row[] {
  const found: Row[] = [];
  let parents = new Set([of]);
  while (parents.size > 0) {
    const children = table.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return found;
}

function processTable(): Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => row(Number(name)));
}

function row(pid: number): Row[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [{ pid, parent: Number(parent), dead: state === 'Z' || state === 'X' }];
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
