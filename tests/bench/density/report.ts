import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provenance } from '../report/provenance.ts';
import { SLOW_KEY_MS } from './limits.ts';
import type { LoadSample } from './load.ts';
import { type MemorySample, type Rest, slope } from './memory.ts';

const directory = fileURLToPath(new URL('../results', import.meta.url));
const GOALS = { detached: { mib: 30, cpu: 0.2 }, attached: { mib: 50, cpu: 0.4 } };
/** Keeps the PAM session of a login open, which peers that are started by hand do not have. */
const KEEPERS = ['pam', 'wrpam'];
const STATES = ['attached', 'detached'] as const;
type State = (typeof STATES)[number];

export type MemoryByProduct = Readonly<Record<string, readonly MemorySample[]>>;
/** How far one product came, and why no further. */
export interface Load {
  readonly samples: readonly LoadSample[];
  readonly stopped: string;
}
export type LoadByProduct = Readonly<Record<string, Load>>;

/** One Markdown table for each state: PSS in all, per session by slope, and CPU at rest per session. */
export function formatMemory(memory: MemoryByProduct): string {
  return STATES.map((state) => formatState(memory, state)).join('\n\n');
}

function formatState(memory: MemoryByProduct, state: State): string {
  const all = Object.entries(memory);
  const counts = (all[0]?.[1] ?? []).map(({ sessions }) => `N=${sessions}, MiB`);
  const { mib, cpu } = GOALS[state];
  const head = [
    `at rest, ${state}`,
    ...[...counts, `per session, MiB (goal ${mib})`, 'its login beside it'],
    `CPU, ms per s and session (goal ${cpu})`,
  ];
  return table(
    head,
    all.map(([name, samples]) => memoryRow(name, samples, state)),
  );
}

function memoryRow(name: string, samples: readonly MemorySample[], state: State): string[] {
  const perSession = growth(samples, state, (rest) => rest.totalMib - keeperMib(rest));
  const keeper = growth(samples, state, keeperMib) ?? 0;
  const most = samples.at(-1);
  const cpu = most ? most[state].cpuMsPerS / most.sessions : 0;
  const goal = GOALS[state];
  const verdict = (value: number, limit: number) =>
    name === 'wayray' ? (value <= limit ? ', reached' : ', **missed**') : '';
  return [
    name,
    ...samples.map((sample) => sample[state].totalMib.toFixed(1)),
    perSession === undefined ? '-' : `${perSession.toFixed(1)}${verdict(perSession, goal.mib)}`,
    keeper > 0 ? keeper.toFixed(1) : '-',
    `${cpu.toFixed(2)}${verdict(cpu, goal.cpu)}`,
  ];
}

const keeperMib = ({ programsMib }: Rest): number =>
  KEEPERS.reduce((sum, name) => sum + (programsMib[name] ?? 0), 0);

function growth(
  samples: readonly MemorySample[],
  state: State,
  of: (rest: Rest) => number,
): number | undefined {
  if (samples.length < 2) return undefined;
  return slope(samples.map((sample) => [sample.sessions, of(sample[state])] as const));
}

/** Keys while people work, and how many of them one core serves: by where keys become slow, and by the CPU that one takes in the mean. */
export function formatLoads(loads: LoadByProduct): string {
  const share = Object.values(loads)[0]?.samples[0]?.coreShare ?? 1;
  const head = [
    'at work',
    ...[
      'people',
      'key p50, ms',
      'key p95, ms',
      'keys',
      `server's core${share < 1 ? ` (has ${percent(share)})` : ''}`,
      'viewers, applications',
    ],
    'sessions a core, by CPU',
  ];
  const rows = Object.entries(loads).flatMap(([name, { samples }]) =>
    samples.map((sample) => loadRow(name, sample)),
  );
  const ends = Object.entries(loads).map(([name, load]) => `- ${name}: ${formatEnd(load)}.`);
  return [table(head, rows), '', ...ends].join('\n');
}

function loadRow(name: string, sample: LoadSample): string[] {
  const { sessions, keyP50Ms, keyP95Ms, keys, lostKeys, serverBusy, othersBusy } = sample;
  const ms = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : 'never');
  return [
    name,
    ...[String(sessions), ms(keyP50Ms), ms(keyP95Ms)],
    lostKeys > 0 ? `${keys}, ${lostKeys} lost` : String(keys),
    ...[percent(serverBusy), percent(othersBusy)],
    (sessions / serverBusy).toFixed(1),
  ];
}

const percent = (part: number): string => `${(100 * part).toFixed(0)} %`;

function formatEnd({ samples, stopped }: Load): string {
  const good = samples.filter(({ keyP95Ms }) => keyP95Ms <= SLOW_KEY_MS);
  const most = Math.max(0, ...good.map(({ sessions }) => sessions));
  const share = samples[0]?.coreShare ?? 1;
  const reached =
    most > 0
      ? `keys within ${SLOW_KEY_MS} ms (p95) with ${most} people, ${(most / share).toFixed(0)} sessions a core`
      : 'keys never in time';
  return `${reached}; ended as ${stopped}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** @returns the file's path */
export function writeDensity(result: {
  readonly provenance: Provenance;
  readonly memory: MemoryByProduct;
  readonly loads: LoadByProduct;
}): string {
  mkdirSync(directory, { recursive: true });
  const { date, commit } = result.provenance;
  const time = date.replaceAll(':', '').replace(/\..*/, '');
  const file = join(directory, `${time}-${commit.slice(0, 12)}-density.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  return file;
}
