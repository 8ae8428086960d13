import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyLatenciesMs } from '../cells/latency.ts';
import { cpuTimeNs } from '../host/process-cost.ts';
import { processTree } from '../host/process-tree.ts';
import { parseCommits, type Scene } from '../host/workload.ts';
import { quantile } from '../statistics/quantile.ts';
import { mixOf } from './mix.ts';
import type { DenseProduct, DenseServer, DensitySite } from './product.ts';
import { openScreens } from './screens.ts';

/** The observer's keys come this often in the mean. */
const KEY_GAP_S = 0.18;
const DRAIN_MS = 1000;
const SERVER_CORE = '0';
/** One at least: it may be the narrower place, which the figures tell. */
const OTHER_CORES = `1-${Math.max(1, availableParallelism() - 1)}`;
const END_MS = 5000;

export interface LoadSample {
  readonly sessions: number;
  /** Keys of all sessions that type. */
  readonly keys: number;
  readonly keyP50Ms: number;
  readonly keyP95Ms: number;
  /** Of one core, 0 to 1: the servers', and all that is applications, viewers and screens. */
  readonly serverBusy: number;
  readonly othersBusy: number;
  /** CPU ms per second of one session by what it shows, without what serves all sessions. */
  readonly cpuMsPerS: Readonly<Partial<Record<Scene, number>>>;
}

/** People at work: the server has one core, all else the other one. Infinite times stand for keys that were lost. */
export async function measureLoad(
  product: DenseProduct,
  site: DensitySite,
  sessions: number,
  seconds: number,
): Promise<LoadSample> {
  await using owners = new AsyncDisposableStack();
  const scenes = mixOf(sessions);
  const server = await product.start(site, scenes);
  owners.defer(() => server.stop());
  const screens = await openScreens(site.processes, sessions);
  owners.defer(() => screens.close());
  await screens.attach(server);
  shareCores(server);
  for (const observer of screens.observers) await observer.report();
  const before = read(server);
  const keys = Math.max(1, Math.round(seconds / KEY_GAP_S));
  const typed = scenes.flatMap((scene, i) => (scene === 'type' ? [i] : []));
  await Promise.all([sleep(seconds * 1000), ...typed.map((i) => screens.observers[i]?.type(keys))]);
  await sleep(DRAIN_MS);
  const after = read(server);
  // They write what they committed when they end.
  await endApplications(typed.flatMap((i) => server.sessions[i]?.applicationPids() ?? []));
  const latencies = await Promise.all(
    typed.map(async (i) => {
      const seen = await screens.observers[i]?.report();
      const commits = parseCommits(readFileSync(server.sessions[i]?.workloadLog ?? '', 'utf8'));
      return seen ? latenciesOf(() => keyLatenciesMs(seen, commits, i), keys) : [];
    }),
  );
  return { sessions, ...times(latencies.flat()), ...costs(scenes, before, after) };
}

async function endApplications(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  const deadlineMs = performance.now() + END_MS;
  while (pids.some(runs)) {
    if (performance.now() > deadlineMs) throw new Error('an application does not end');
    await sleep(50);
  }
}

function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Children of a process that is moved go with it only if they come later. */
function shareCores(server: DenseServer): void {
  const ours = new Set([
    ...server.sharedPids(),
    ...server.sessions.flatMap((session) => session.serverPids()),
  ]);
  for (const pid of new Set([
    ...processTree(process.pid),
    ...server.sessions.flatMap((it) => it.applicationPids()),
  ]))
    pin(pid, ours.has(pid) ? SERVER_CORE : OTHER_CORES);
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

interface Totals {
  readonly atMs: number;
  readonly sharedNs: number;
  readonly sessionsNs: readonly number[];
  readonly othersNs: number;
}

function read(server: DenseServer): Totals {
  const sharedPids = server.sharedPids();
  const sessions = server.sessions.map((session) => session.serverPids());
  const ours = new Set([...sharedPids, ...sessions.flat()]);
  const all = new Set([
    ...processTree(process.pid),
    ...server.sessions.flatMap((session) => session.applicationPids()),
  ]);
  return {
    atMs: performance.now(),
    sharedNs: cpuTimeNs(sharedPids),
    sessionsNs: sessions.map(cpuTimeNs),
    othersNs: cpuTimeNs([...all].filter((pid) => !ours.has(pid))),
  };
}

function costs(scenes: readonly Scene[], before: Totals, after: Totals) {
  const ms = after.atMs - before.atMs;
  const each = after.sessionsNs.map((ns, i) => ns - (before.sessionsNs[i] ?? 0));
  const sharedNs = after.sharedNs - before.sharedNs;
  const allNs = each.reduce((sum, ns) => sum + ns, sharedNs);
  const cpuMsPerS: Partial<Record<Scene, number>> = {};
  for (const scene of new Set(scenes)) {
    const own = each.filter((_, i) => scenes[i] === scene);
    cpuMsPerS[scene] = own.reduce((sum, ns) => sum + ns, 0) / own.length / 1e6 / (ms / 1000);
  }
  return {
    serverBusy: allNs / 1e6 / ms,
    othersBusy: (after.othersNs - before.othersNs) / 1e6 / ms,
    cpuMsPerS,
  };
}

function latenciesOf(find: () => number[], keys: number): number[] {
  try {
    return find();
  } catch {
    return new Array<number>(keys).fill(Number.POSITIVE_INFINITY);
  }
}

function times(latenciesMs: readonly number[]) {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (part: number) => quantile(sorted, part);
  return { keys: sorted.length, keyP50Ms: at(0.5), keyP95Ms: at(0.95) };
}
