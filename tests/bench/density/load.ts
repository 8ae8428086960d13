import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { keyLatenciesMs } from '../cells/latency.ts';
import { nativeProgram } from '../host/native-programs.ts';
import { parseCommits, type Scene } from '../host/workload.ts';
import { quantile } from '../statistics/quantile.ts';
import { CoreShare } from './core-share.ts';
import { costsBetween, type LoadCosts, readTotals } from './load-costs.ts';
import { mixOf } from './mix.ts';
import { shareCores } from './pinning.ts';
import type { DenseProduct, DenseServer, DenseSession, DensitySite } from './product.ts';
import { openScreens, type Screens } from './screens.ts';

/** The observer's keys come this often in the mean. */
const KEY_GAP_S = 0.18;
/** After people have turned to something else, before they type. */
const TURN_MS = 1000;
const DRAIN_MS = 1000;
const END_MS = 5000;

export interface LoadSample extends LoadCosts {
  readonly sessions: number;
  /** What the server had of its core. */
  readonly coreShare: number;
  /** Keys of all who typed, and of these in how many something was never shown. */
  readonly keys: number;
  readonly lostKeys: number;
  readonly keyP50Ms: number;
  readonly keyP95Ms: number;
  /** Of each person who typed, one key after the other. */
  readonly keysMs: readonly (readonly number[])[];
  /** Sessions times stretches of time in which this was shown. */
  readonly shown: Readonly<Partial<Record<Scene, number>>>;
  /** To set it all up. */
  readonly startSeconds: number;
}

export interface LoadPlan {
  readonly stretches: number;
  /** Of typing in each stretch. */
  readonly loadSeconds: number;
  /** What the server has of its core while people work, up to 1. */
  readonly coreShare: number;
}

/** People at work, who turn to something else in each stretch of time: the server has one core or a part of it, all else the others. */
export async function measureLoad(
  product: DenseProduct,
  site: DensitySite,
  sessions: number,
  { stretches, loadSeconds, coreShare }: LoadPlan,
): Promise<LoadSample> {
  await using owners = new AsyncDisposableStack();
  const beganMs = performance.now();
  const share = coreShare < 1 ? owners.use(new CoreShare(coreShare)) : null;
  const scenes = mixOf(sessions, stretches);
  // Nobody works before all are there.
  const server = await product.start(
    site,
    scenes.map((list) => ['still', ...list]),
  );
  owners.defer(() => server.stop());
  const screens = await openScreens(site.processes, sessions);
  owners.defer(() => screens.close());
  await screens.attach(server);
  shareCores(server);
  share?.take(server);
  for (const observer of screens.observers) await observer.report();
  const startSeconds = (performance.now() - beganMs) / 1000;
  const before = readTotals(server);
  const typed = await work(server, screens, scenes, loadSeconds);
  const costs = costsBetween(before, readTotals(server));
  share?.lift();
  const latencies = await readLatencies(server, screens, typed);
  const shown = countScenes(scenes);
  return { sessions, coreShare, startSeconds, shown, ...times(latencies), ...costs };
}

/** @returns how many keys each session's person typed */
async function work(
  server: DenseServer,
  screens: Screens,
  scenes: readonly (readonly Scene[])[],
  seconds: number,
): Promise<number[]> {
  const keys = Math.max(1, Math.round(seconds / KEY_GAP_S));
  const typed = scenes.map(() => 0);
  const stretches = scenes[0]?.length ?? 0;
  for (let stretch = 0; stretch < stretches; stretch++) {
    for (const session of server.sessions) turn(session);
    await sleep(TURN_MS);
    const typing = scenes.flatMap((list, i) => (list[stretch] === 'type' ? [i] : []));
    for (const i of typing) typed[i] = (typed[i] ?? 0) + keys;
    await Promise.all([
      sleep(seconds * 1000),
      ...typing.map((i) => screens.observers[i]?.type(keys)),
    ]);
    await sleep(DRAIN_MS);
  }
  return typed;
}

/** The session's application shows its next scene. */
function turn(session: DenseSession): void {
  for (const pid of workloads(session)) process.kill(pid, 'SIGUSR1');
}

function workloads(session: DenseSession): number[] {
  const program = nativeProgram('workload');
  return session.applicationPids().filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/exe`) === program;
    } catch {
      return false;
    }
  });
}

/** @returns infinite ones for all keys of a session of which one was lost, as then keys and pictures cannot be matched */
async function readLatencies(
  server: DenseServer,
  screens: Screens,
  typed: readonly number[],
): Promise<number[][]> {
  const who = typed.flatMap((keys, i) => (keys > 0 ? [i] : []));
  // They write what they committed when they end.
  await endApplications(who.flatMap((i) => server.sessions[i]?.applicationPids() ?? []));
  return await Promise.all(
    who.map(async (i) => {
      const seen = await screens.observers[i]?.report();
      const commits = parseCommits(readFileSync(server.sessions[i]?.workloadLog ?? '', 'utf8'));
      const lost = new Array<number>(typed[i] ?? 0).fill(Number.POSITIVE_INFINITY);
      return seen ? latenciesOr(lost, () => keyLatenciesMs(seen, commits, i)) : lost;
    }),
  );
}

function latenciesOr(lost: number[], find: () => number[]): number[] {
  try {
    return find();
  } catch {
    return lost;
  }
}

async function endApplications(pids: readonly number[]): Promise<void> {
  for (const pid of pids) if (runs(pid)) process.kill(pid, 'SIGTERM');
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

function countScenes(scenes: readonly (readonly Scene[])[]): Partial<Record<Scene, number>> {
  const counts: Partial<Record<Scene, number>> = {};
  for (const scene of scenes.flat()) counts[scene] = (counts[scene] ?? 0) + 1;
  return counts;
}

function times(keysMs: readonly (readonly number[])[]) {
  const sorted = keysMs.flat().toSorted((a, b) => a - b);
  const at = (part: number) => quantile(sorted, part);
  const lostKeys = sorted.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
  return { keys: sorted.length, lostKeys, keyP50Ms: at(0.5), keyP95Ms: at(0.95), keysMs };
}
