import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SESSION_MARK, sessionMark } from '../../session-processes.ts';

/**
 * Kills wrcomp and the applications that carry its session's mark, for a session whose own process is gone. Only what
 * says so of itself: by its kernel session a process could take others along that are not its user's.
 * @param socket on which wrcomp serves, in its words
 */
export function killMarked(socket: string): void {
  const command = `\0--socket\0${socket}\0`;
  const mark = existsSync(dirname(socket)) ? `\0${SESSION_MARK}=${sessionMark(socket)}\0` : null;
  for (const pid of allPids()) {
    if (pid === process.pid) continue;
    const marked = mark !== null && `\0${contentOf(pid, 'environ')}\0`.includes(mark);
    if (marked || contentOf(pid, 'cmdline').includes(command)) kill(pid);
  }
}

const allPids = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);

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
