import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in ns that the processes' living threads have used so far. */
export function cpuTimeNs(pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids)
    for (const task of listOrNothing(`/proc/${pid}/task`)) {
      const [spent] = readOrNothing(`/proc/${pid}/task/${task}/schedstat`).split(' ');
      total += Number(spent ?? 0);
    }
  return total;
}

/** Proportional set size in bytes: memory that is shared counts by its share. */
export function memoryBytes(pids: readonly number[]): number {
  let total = 0;
  for (const pid of pids) {
    const pssKib = /^Pss:\s+(\d+) kB/m.exec(readOrNothing(`/proc/${pid}/smaps_rollup`))?.[1];
    total += Number(pssKib ?? 0) * 1024;
  }
  return total;
}

/** Processes and threads end while they are looked at. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listOrNothing(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
