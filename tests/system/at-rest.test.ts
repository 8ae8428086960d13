import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { repository } from '../helpers/program.ts';
import { Server } from '../helpers/server.ts';
import { startTerminal } from '../helpers/terminal.ts';

const SLICE_MS = 20_000;
/** Memory is given back 10 s after the last change, what was said last is looked after within 20 s. */
const MAX_SLICES = 4;
/** Of one process in a slice. */
const MAX_WAKES = 1;

/** With which a program is run by its first line. */
function flagsOf(main: string): string[] {
  const [first = ''] = readFileSync(join(repository, main), 'utf8').split('\n', 1);
  return first.split(' ').filter((word) => word.startsWith('--'));
}

/** How often the threads of a process have gone to sleep so far. */
function wakes(pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Wakes in the first slice in which none of the processes has more than it may; of the last slice if there is none. */
async function wakesAtRest(pids: readonly number[]): Promise<number[]> {
  let most: number[] = [];
  for (let slice = 0; slice < MAX_SLICES; slice++) {
    const before = pids.map(wakes);
    await sleep(SLICE_MS);
    most = pids.map((pid, i) => wakes(pid) - (before[i] ?? 0));
    if (Math.max(...most) <= MAX_WAKES) break;
  }
  return most;
}

test('where nobody does anything, no process wakes: attached, and when the terminal has gone', async (t) => {
  t.timeout(4 * MAX_SLICES * SLICE_MS);
  const server = await Server.start({
    size: '400x300',
    flags: flagsOf('appliance/broker/main.js'),
  });
  t.teardown(() => server.stop());
  const terminal = startTerminal(server, { until: '600', flags: flagsOf('firmware/main.js') });
  t.teardown(() => terminal.stop());
  await terminal.says(/session attached/, 'stderr');
  const servers = [server.program.process.pid ?? 0, server.sessionPid];
  const attached = await wakesAtRest([...servers, terminal.process.pid ?? 0]);
  t.true(Math.max(...attached) <= MAX_WAKES, `wrsrvd, wrcomp, wrclient: ${attached}`);
  await terminal.stop();
  const detached = await wakesAtRest(servers);
  t.true(Math.max(...detached) <= MAX_WAKES, `wrsrvd, wrcomp: ${detached}`);
});
