import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provenance } from '../report/provenance.ts';
import { type MemorySample, type Rest, slope } from './memory.ts';

const directory = fileURLToPath(new URL('../results', import.meta.url));
const GOALS = { detached: { mib: 30, cpu: 0.2 }, attached: { mib: 50, cpu: 0.4 } };
const STATES = ['detached', 'attached'] as const;
type State = (typeof STATES)[number];

export type MemoryByProduct = Readonly<Record<string, readonly MemorySample[]>>;

/** One block for each state: PSS in all, per session by slope, and CPU at rest per session. */
export function formatMemory(memory: MemoryByProduct): string {
  return STATES.flatMap((state) => [
    `memory at rest, ${state}: PSS in MiB (of the sessions alone), CPU in ms per s and session`,
    ...Object.entries(memory).map(([name, samples]) => formatProduct(name, samples, state)),
  ]).join('\n');
}

function formatProduct(name: string, samples: readonly MemorySample[], state: State): string {
  const figures = samples.map(({ sessions, [state]: rest }) => formatRest(sessions, rest));
  const perSession = growth(samples, state);
  const cpu = samples.map(({ sessions, [state]: rest }) => rest.cpuMsPerS / sessions);
  const goal = GOALS[state];
  const verdict = (value: number | undefined, limit: number) =>
    name === 'wayray' && value !== undefined
      ? ` (goal ${limit}: ${value <= limit ? 'reached' : 'missed'})`
      : '';
  return [
    `  ${name.padEnd(14)}`,
    ...figures,
    `per session ${perSession?.toFixed(1) ?? '-'}${verdict(perSession, goal.mib)}`,
    `CPU ${cpu.map((ms) => ms.toFixed(2)).join(' ')}${verdict(cpu.at(-1), goal.cpu)}`,
  ].join('   ');
}

function growth(samples: readonly MemorySample[], state: State): number | undefined {
  if (samples.length < 2) return undefined;
  return slope(samples.map((sample) => [sample.sessions, sample[state].totalMib] as const));
}

const formatRest = (sessions: number, { totalMib, sessionsMib }: Rest): string =>
  `N=${sessions}: ${totalMib.toFixed(1)} (${sessionsMib.toFixed(1)})`;

/** @returns the file's path */
export function writeDensity(result: { provenance: Provenance; memory: MemoryByProduct }): string {
  mkdirSync(directory, { recursive: true });
  const { date, commit } = result.provenance;
  const time = date.replaceAll(':', '').replace(/\..*/, '');
  const file = join(directory, `${time}-${commit.slice(0, 12)}-density.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  return file;
}
