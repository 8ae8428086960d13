import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants that live now. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(Number(entry)) : undefined;
    if (parent === undefined) continue;
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}

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

/** /proc/PID/stat: the name in brackets may hold anything, the parent is the second field after it. */
function parentOf(pid: number): number | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
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
