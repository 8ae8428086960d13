import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants that live now. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? statFields(Number(entry))[parentField] : undefined;
    if (parent === undefined) continue;
    children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(entry)]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  return tree;
}

/** Tells a process from a later one with the same pid; undefined when there is none. */
export function processIdentity(pid: number): string | undefined {
  const started = statFields(pid)[startField];
  return started && `${pid}@${started}`;
}

const parentField = 1;
const startField = 19;

/** Fields of /proc/PID/stat after the name in brackets, which may hold anything; proc(5). */
function statFields(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
