import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { processTree } from '../host/process-tree.ts';
import type { DenseServer } from './product.ts';

const SERVER_CORE = '0';
/** How many there are beside the server's: one at least, which may be the narrower place, as the figures tell. */
export const otherCores = Math.max(1, availableParallelism() - 1);

/** All processes of the servers on one core, all else on the others. Children of a process that is moved go with it only if they come later. */
export function shareCores(server: DenseServer): void {
  const ours = new Set([
    ...server.sharedPids(),
    ...server.sessions.flatMap((session) => session.serverPids()),
  ]);
  for (const pid of new Set([
    ...processTree(process.pid),
    ...server.sessions.flatMap((it) => it.applicationPids()),
  ]))
    if (!ours.has(pid)) pin(pid, `1-${otherCores}`);
  for (const pid of ours) pin(pid, SERVER_CORE);
}

function pin(pid: number, core: string): void {
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', core, String(pid)], {
      stdio: 'ignore',
    });
  } catch {
    // It has ended.
  }
}
