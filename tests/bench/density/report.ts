import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provenance } from '../report/provenance.ts';
import type { LoadSample } from './load.ts';
import { type MemorySample, type Rest, slope } from './memory.ts';

const directory = fileURLToPath(new URL('../results', import.meta.url));
const GOALS = { detached: { mib: 30, cpu: 0.2 }, attached: { mib: 50, cpu: 0.4 } };
/** Beyond this a person waits for letters. */
export const SLOW_KEY_MS = 100;
/** Keeps the PAM session of a login open, which peers that are started by hand do not have. */
const KEEPER = 'pam';
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
  const keeper = growth(samples, state, ({ programsMib }) => programsMib[KEEPER] ?? 0) ?? 0;
  const perSession = growth(
    samples,
    state,
    (rest) => rest.totalMib - (rest.programsMib[KEEPER] ?? 0),
  );
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
    ...(keeper > 0 ? [`and ${keeper.toFixed(1)} for its login`] : []),
    `CPU ${cpu.map((ms) => ms.toFixed(2)).join(' ')}${verdict(cpu.at(-1), goal.cpu)}`,
  ].join('   ');
}

function growth(
  samples: readonly MemorySample[],
  state: State,
  of: (rest: Rest) => number,
): number | undefined {
  if (samples.length < 2) return undefined;
  return slope(samples.map((sample) => [sample.sessions, of(sample[state])] as const));
}

const formatRest = (sessions: number, { totalMib, sessionsMib }: Rest): string =>
  `N=${sessions}: ${totalMib.toFixed(1)} (${sessionsMib.toFixed(1)})`;

/** Keys while people work, and how many of them one core serves: seen, and by the CPU that one takes in the mean. */
export function formatLoads(loads: Readonly<Record<string, readonly LoadSample[]>>): string {
  return [
    'people at work, 60 % look, 25 % type, 12 % scroll or drag, 3 % watch a film; the servers have one core',
    ...Object.entries(loads).flatMap(([name, samples]) => [
      ...samples.map((sample) => formatLoad(name, sample)),
      formatCapacity(name, samples),
    ]),
  ].join('\n');
}

function formatLoad(name: string, sample: LoadSample): string {
  const { sessions, keyP50Ms, keyP95Ms, serverBusy, othersBusy } = sample;
  const percent = (part: number) => `${(100 * part).toFixed(0)} %`;
  return [
    `  ${name.padEnd(14)}`,
    `N=${sessions}: key p50 ${keyP50Ms.toFixed(1)}, p95 ${keyP95Ms.toFixed(1)} ms`,
    `server ${percent(serverBusy)} of its core, viewers and applications ${percent(othersBusy)} of one`,
  ].join('   ');
}

function formatCapacity(name: string, samples: readonly LoadSample[]): string {
  const good = samples.filter(({ keyP95Ms }) => keyP95Ms <= SLOW_KEY_MS);
  const seen = Math.max(0, ...good.map(({ sessions }) => sessions));
  const all = good.length === samples.length ? ' or more' : '';
  const perCore = good.at(-1);
  const computed = perCore ? (perCore.sessions / perCore.serverBusy).toFixed(1) : '-';
  return `  ${name.padEnd(14)}   keys within ${SLOW_KEY_MS} ms (p95): ${seen}${all}; by CPU at that: ${computed} a core`;
}

/** @returns the file's path */
export function writeDensity(result: {
  readonly provenance: Provenance;
  readonly memory: MemoryByProduct;
  readonly loads: Readonly<Record<string, readonly LoadSample[]>>;
}): string {
  mkdirSync(directory, { recursive: true });
  const { date, commit } = result.provenance;
  const time = date.replaceAll(':', '').replace(/\..*/, '');
  const file = join(directory, `${time}-${commit.slice(0, 12)}-density.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  return file;
}
