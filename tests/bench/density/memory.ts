import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeNs, memoryBytes } from '../host/process-cost.ts';
import type { DenseProduct, DenseServer, DensitySite } from './product.ts';
import { openScreens } from './screens.ts';

/** What a server took at rest. */
export interface Rest {
  /** PSS of all sessions and of what serves them, without applications and viewers. */
  readonly totalMib: number;
  /** The same without what serves all sessions. */
  readonly sessionsMib: number;
  /** CPU ms per second of all that. */
  readonly cpuMsPerS: number;
  /** PSS by program. */
  readonly programsMib: Readonly<Record<string, number>>;
}

export interface MemoryPlan {
  /** CPU is counted over this time. */
  readonly seconds: number;
  /** Instead of the products' own. */
  readonly settleSeconds?: number;
  readonly restSeconds?: number;
}

export interface MemorySample {
  readonly sessions: number;
  readonly attached: Rest;
  readonly detached: Rest;
}

/** Sessions whose application shows a picture that never changes: with a viewer each, then without. */
export async function measureMemory(
  product: DenseProduct,
  site: DensitySite,
  sessions: number,
  plan: MemoryPlan,
): Promise<MemorySample> {
  await using owners = new AsyncDisposableStack();
  const server = await product.start(site, new Array(sessions).fill(['still']));
  owners.defer(() => server.stop());
  const screens = await openScreens(site.processes, sessions);
  owners.defer(() => screens.close());
  await screens.attach(server);
  await sleep((plan.settleSeconds ?? product.settleSeconds) * 1000);
  const attached = await measureRest(server, plan.seconds);
  for (const session of server.sessions) await session.detach();
  await sleep((plan.restSeconds ?? product.restSeconds) * 1000);
  const detached = await measureRest(server, plan.seconds);
  return { sessions, attached, detached };
}

async function measureRest(server: DenseServer, seconds: number): Promise<Rest> {
  const shared = server.sharedPids();
  const own = server.sessions.flatMap((session) => session.serverPids());
  const all = [...new Set([...shared, ...own])];
  const beforeNs = cpuTimeNs(all);
  const beganMs = performance.now();
  await sleep(seconds * 1000);
  const spentMs = (cpuTimeNs(all) - beforeNs) / 1e6;
  const cpuMsPerS = spentMs / ((performance.now() - beganMs) / 1000);
  const mib = (pids: readonly number[]) => memoryBytes(pids) / 2 ** 20;
  const programsMib: Record<string, number> = {};
  for (const pid of all) {
    const name = programOf(pid);
    programsMib[name] = (programsMib[name] ?? 0) + mib([pid]);
  }
  return { totalMib: mib(all), sessionsMib: mib(own), cpuMsPerS, programsMib };
}

/** A folder below appliance/, or the name of another program. */
function programOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const ours = words.find((word) => word.endsWith('/main.js'));
    return basename(ours ? dirname(ours) : (words[0] ?? ''));
  } catch {
    return 'ended';
  }
}

/** Growth per session by least squares. */
export function slope(points: readonly (readonly [sessions: number, value: number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [n, value]) => sum + (n - x) * (value - y), 0);
  return over / points.reduce((sum, [n]) => sum + (n - x) ** 2, 0);
}
