import { cpuTimeNs } from '../host/process-cost.ts';
import { processTree } from '../host/process-tree.ts';
import { otherCores } from './pinning.ts';
import type { DenseServer } from './product.ts';

/** CPU time so far. */
export interface LoadTotals {
  readonly atMs: number;
  readonly serversNs: number;
  readonly othersNs: number;
}

export interface LoadCosts {
  /** Of its core, 0 to 1. */
  readonly serverBusy: number;
  /** Of the other cores: applications, viewers and screens. */
  readonly othersBusy: number;
}

export function readTotals(server: DenseServer): LoadTotals {
  const ours = new Set([
    ...server.sharedPids(),
    ...server.sessions.flatMap((session) => session.serverPids()),
  ]);
  const all = new Set([
    ...processTree(process.pid),
    ...server.sessions.flatMap((session) => session.applicationPids()),
  ]);
  return {
    atMs: performance.now(),
    serversNs: cpuTimeNs([...ours]),
    othersNs: cpuTimeNs([...all].filter((pid) => !ours.has(pid))),
  };
}

export function costsBetween(before: LoadTotals, after: LoadTotals): LoadCosts {
  const ms = after.atMs - before.atMs;
  return {
    serverBusy: (after.serversNs - before.serversNs) / 1e6 / ms,
    othersBusy: (after.othersNs - before.othersNs) / 1e6 / ms / otherCores,
  };
}
