import type { Cell } from './cells/cell.ts';
import type { Samples } from './cells/metric.ts';
import type { Peer } from './peers/peer.ts';
import { Stage, type StageOptions } from './stage.ts';

/** One peer in one cell in one round. */
export interface Slice {
  readonly round: number;
  readonly cell: string;
  readonly peer: string;
  readonly samples: Samples;
  /** Why there are no samples. */
  readonly error?: string;
}

type Measured = Pick<Slice, 'samples' | 'error'>;

export interface Plan {
  readonly peers: readonly Peer[];
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly secondsPerSlice: number;
  readonly moves: number;
}

/**
 * Measures every cell with one peer right after the other, round by round, so that what disturbs
 * the machine disturbs all peers alike. The order of the peers rotates.
 * @param onSlice told after each slice
 */
export async function runPlan(
  plan: Plan,
  options: StageOptions,
  onSlice: (slice: Slice) => void,
): Promise<Slice[]> {
  const stages = new Map<Peer, Stage>();
  const slices: Slice[] = [];
  for (let round = 0; round < plan.rounds; round++)
    for (const cell of plan.cells)
      for (const peer of rotate(plan.peers, round)) {
        if (cell.needsReconnect && !peer.reconnects) continue;
        if (cell.measureAlone && peer.name !== 'wayray') continue;
        const result = cell.measureAlone
          ? await measureAlone(cell, plan, options)
          : await measureSlice(stages, cell, peer, plan.secondsPerSlice, options);
        const slice = { round, cell: cell.name, peer: peer.name, ...result };
        slices.push(slice);
        onSlice(slice);
      }
  return slices;
}

export function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

async function measureAlone(cell: Cell, plan: Plan, options: StageOptions): Promise<Measured> {
  try {
    const moves = Math.ceil(plan.moves / plan.rounds);
    return { samples: (await cell.measureAlone?.(options, { moves })) ?? {} };
  } catch (error) {
    return { samples: {}, error: error instanceof Error ? error.message : String(error) };
  }
}

/** A peer that failed is set up anew for its next slice. */
async function measureSlice(
  stages: Map<Peer, Stage>,
  cell: Cell,
  peer: Peer,
  seconds: number,
  options: StageOptions,
): Promise<Measured> {
  try {
    const stage = stages.get(peer) ?? (await Stage.open(peer, options));
    stages.set(peer, stage);
    return { samples: await cell.measure(stage, seconds) };
  } catch (error) {
    const broken = stages.get(peer);
    stages.delete(peer);
    await broken?.close();
    return { samples: {}, error: error instanceof Error ? error.message : String(error) };
  }
}
