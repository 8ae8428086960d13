import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../../helpers/eventually.ts';
import type { House } from '../../helpers/house.ts';
import { processesOf } from './house-processes.ts';

/** What processes of one kind hold together. */
export interface Held {
  readonly processes: number;
  readonly descriptors: number;
  /** Proportional: what is shared counts once. */
  readonly pssMb: number;
}

export type HeldByKind = Readonly<Record<'wrsrvd' | 'wrsessd' | 'wrcomp', Held>>;

/** When descriptors no longer change: those of connections that were just closed go in a moment. */
export async function heldAtRest(house: House): Promise<HeldByKind> {
  let before = '';
  return eventually(async () => {
    const held: HeldByKind = {
      wrsrvd: heldBy([house.server.process.pid ?? 0]),
      wrsessd: heldBy([house.sessd.program.process.pid ?? 0]),
      wrcomp: heldBy(processesOf(house, 'wrcomp')),
    };
    const now = Object.values(held)
      .map(({ processes, descriptors }) => `${processes} ${descriptors}`)
      .join();
    if (now === before) return held;
    before = now;
    await wait(700);
    throw new Error(`processes and descriptors still change: ${now}`);
  }, 20_000);
}

function heldBy(pids: readonly number[]): Held {
  const descriptors = pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length);
  return {
    processes: pids.length,
    descriptors: sum(descriptors),
    pssMb: Math.round(sum(pids.map(pssKbOf)) / 102.4) / 10,
  };
}

function pssKbOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
