import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { reap } from '../../../native/process/index.ts';
import { SESSION_MARK, sessionMark } from '../../session-processes.ts';

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

/**
 * Kills wrcomp and the applications that carry its session's mark, for a session whose own process is gone. Only what
 * says so of itself: by its kernel session a process could take others along that are not its user's.
 * @param socket on which wrcomp serves, in its words
 */
export function killMarked(socket: string): void {
  const command = `\0--socket\0${socket}\0`;
  const mark = existsSync(dirname(socket)) ? `\0${SESSION_MARK}=${sessionMark(socket)}\0` : null;
  for (const { pid } of processTable()) {
    if (pid === process.pid) continue;
    const marked = mark !== null && `\0${contentOf(pid, 'environ')}\0`.includes(mark);
    if (marked || contentOf(pid, 'cmdline').includes(command)) kill(pid);
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

function contentOf(pid: number, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
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
