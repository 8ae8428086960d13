import { setTimeout as wait } from 'node:timers/promises';
import type { CardBench } from '../../helpers/card/card-bench.ts';
import { makeCardKey } from '../../helpers/card/make-card.ts';
import type { PivSpec } from '../../helpers/card/spec.ts';
import type { Told, ToldEvents } from '../../helpers/card/told.ts';

export interface StormOptions {
  /** How often a card goes in and out. */
  readonly times: number;
  /** How often pcscd is killed and started anew in between. */
  readonly kills: number;
  readonly pauseMs: number;
  readonly random: () => number;
}

export interface StormReport {
  readonly insertions: number;
  readonly kills: number;
  readonly swaps: number;
  readonly told: Readonly<Record<Told['type'], number>>;
  /** What went against the rules; empty when all is well. */
  readonly faults: readonly string[];
}

const SLOTS = [0, 1] as const;

/**
 * Cards go in and out of two readers as fast as those can see, some are swapped faster than that, and pcscd dies now and
 * then. In the end each reader gets a card that must be the one that is told of.
 */
export async function storm(
  bench: CardBench,
  told: ToldEvents,
  { times, kills, pauseMs, random }: StormOptions,
): Promise<StormReport> {
  const key = await makeCardKey('p256');
  const card = (): PivSpec => {
    const guid = Buffer.from(Array.from({ length: 16 }, () => 1 + Math.floor(random() * 255)));
    return { kind: 'piv', guid: guid.toString('hex'), keys: { '9e': key }, pin: '1234', tries: 3 };
  };
  const killsAt = new Set(Array.from({ length: kills }, () => Math.floor(random() * times)));
  let swaps = 0;
  for (let time = 0; time < times; time++) {
    const slot = random() < 0.5 ? 0 : 1;
    await bench.insert(card(), slot);
    await wait(random() * pauseMs);
    if (killsAt.has(time)) {
      await bench.stopPcscd('SIGKILL');
      await bench.startPcscd();
    } else if (random() < 0.1) {
      await bench.swapUnseen(card(), slot);
      swaps += 1;
    }
    await bench.remove(slot);
    await wait(random() * pauseMs);
  }
  const last = [card(), card()] as const;
  for (const slot of SLOTS) await bench.insert(last[slot], slot);
  await quiet(told, last);
  const faults = faultsOf(told.all, last);
  for (const slot of SLOTS) await bench.clear(slot);
  await eventuallyEmpty(told);
  faults.push(...lyingAtEnd(told.all).map((insertion) => `insertion ${insertion} never left`));
  return { insertions: times, kills: killsAt.size, swaps, told: countsOf(told.all), faults };
}

/** Until both last cards are told of. */
async function quiet(told: ToldEvents, last: readonly PivSpec[]): Promise<void> {
  const waiting = new Set(last.map(({ guid }) => guid));
  for (const one of told.all) if (one.type === 'inserted') waiting.delete(one.token.tokenId);
  while (waiting.size > 0) waiting.delete((await told.next('inserted')).token.tokenId);
}

async function eventuallyEmpty(told: ToldEvents): Promise<void> {
  const deadlineMs = performance.now() + 5_000;
  while (lyingAtEnd(told.all).length > 0 && performance.now() < deadlineMs) await wait(20);
}

/** Each reading ends once, in a card, a problem or a removal; no removal without what it removes, none twice. */
function faultsOf(all: readonly Told[], last: readonly PivSpec[]): string[] {
  const faults: string[] = [];
  const state = new Map<number, 'reading' | 'lying'>();
  const tokens = new Map<number, string>();
  for (const one of all) {
    if (one.type === 'reading') {
      if (state.has(one.insertion)) faults.push(`insertion ${one.insertion} begins twice`);
      state.set(one.insertion, 'reading');
    } else if (one.type === 'removed') {
      if (!state.delete(one.insertion))
        faults.push(`removal of ${one.insertion}, which is not there`);
      tokens.delete(one.insertion);
    } else {
      const { insertion } = one.type === 'inserted' ? one.token : one.problem;
      if (state.get(insertion) !== 'reading')
        faults.push(`${insertion} is told twice, or too late`);
      state.set(insertion, 'lying');
      if (one.type === 'inserted') tokens.set(insertion, one.token.tokenId);
    }
  }
  const there = [...tokens.values()].sort().join();
  const truth = last
    .map(({ guid }) => guid)
    .sort()
    .join();
  if (there !== truth) faults.push(`told of ${there} while ${truth} lie there`);
  return faults;
}

function lyingAtEnd(all: readonly Told[]): number[] {
  const lying = new Set<number>();
  for (const one of all)
    if (one.type === 'reading') lying.add(one.insertion);
    else if (one.type === 'removed') lying.delete(one.insertion);
  return [...lying];
}

function countsOf(all: readonly Told[]): StormReport['told'] {
  const count = (type: Told['type']) => all.filter((one) => one.type === type).length;
  return {
    reading: count('reading'),
    inserted: count('inserted'),
    problem: count('problem'),
    removed: count('removed'),
  };
}
