import type { Cell } from './cells/cell.ts';
import type { Samples } from './cells/metric.ts';
import { withDeadline } from './host/deadline.ts';
import { isSlow, type NamedLink } from './links.ts';
import type { Peer } from './peers/peer.ts';
import { Stage, type StageOptions } from './stage.ts';

/** Beyond its measured time; connecting alone may take half of it before it fails by itself. */
const sliceLimitMs = 90_000;

/** Of brief cells, and of all on slow links. */
const briefSeconds = 2;

/** One peer in one cell in one round over one link. */
export interface SlicePlan {
  readonly link: string;
  readonly round: number;
  readonly cell: string;
  readonly peer: string;
}

export interface Slice extends SlicePlan {
  readonly samples: Samples;
  /** Of measuring it, with all that has to be set up and settle, and a second try. */
  readonly wallSeconds: number;
  /** Why there are no samples. */
  readonly error?: string;
  /** Why it was measured a second time. */
  readonly retried?: string;
}

export interface Plan {
  readonly peers: readonly Peer[];
  readonly cells: readonly Cell[];
  readonly links: readonly NamedLink[];
  readonly rounds: number;
  readonly secondsPerSlice: number;
  readonly moves: number;
  /** What nobody named, which the bench is free to shorten. */
  readonly unnamed?: { readonly cells: boolean; readonly seconds: boolean };
}

interface Step {
  readonly link: NamedLink;
  readonly round: number;
  readonly cell: Cell;
  readonly peer: Peer;
}

/**
 * Every cell with one peer right after the other, round by round, so that what disturbs the
 * machine disturbs all peers alike. The order of the peers rotates. One link after the other.
 */
function stepsOf(plan: Plan): Step[] {
  const steps: Step[] = [];
  for (const link of plan.links)
    for (let round = 0; round < plan.rounds; round++)
      for (const cell of cellsOn(link, plan))
        for (const peer of rotate(plan.peers, round)) {
          if (cell.needsReconnect && !peer.reconnects) continue;
          if (plan.unnamed?.cells && cell.sameFor?.includes(peer.name)) continue;
          if (cell.measureAlone && peer.name !== 'wayray') continue;
          steps.push({ link, round, cell, peer });
        }
  return steps;
}

function cellsOn(link: NamedLink, { cells, unnamed }: Plan): readonly Cell[] {
  return unnamed?.cells && isSlow(link) ? cells.filter(({ lanOnly }) => !lanOnly) : cells;
}

/** How long a slice is measured, settling apart. */
export function secondsOf(
  { unnamed, secondsPerSlice }: Pick<Plan, 'unnamed' | 'secondsPerSlice'>,
  { link, cell }: { readonly link: NamedLink; readonly cell: Pick<Cell, 'brief'> },
): number {
  const isBrief = unnamed?.seconds && (cell.brief || isSlow(link));
  return isBrief ? Math.min(briefSeconds, secondsPerSlice) : secondsPerSlice;
}

/** The same for the slice of a plan. */
export function plannedSeconds(plan: Plan, slice: SlicePlan): number {
  const link = plan.links.find(({ name }) => name === slice.link);
  const cell = plan.cells.find(({ name }) => name === slice.cell);
  return link && cell ? secondsOf(plan, { link, cell }) : plan.secondsPerSlice;
}

const planOf = ({ link, round, cell, peer }: Step): SlicePlan => ({
  ...{ link: link.name, round, cell: cell.name, peer: peer.name },
});

export function planSlices(plan: Plan): SlicePlan[] {
  return stepsOf(plan).map(planOf);
}

/** The same for the same slice of the same plan. */
export function sliceKey({ link, round, cell, peer }: SlicePlan): string {
  return `${link} ${round} ${cell} ${peer}`;
}

/**
 * Measures the slices of a plan that are not done yet. One that fails is tried a second time.
 * @param done keys of slices to leave out
 * @param stopped once it is set, nothing more is measured or told
 * @param onSlice told after each slice
 */
export async function runPlan(
  plan: Plan,
  options: Omit<StageOptions, 'link'>,
  done: ReadonlySet<string>,
  stopped: AbortSignal,
  onSlice: (slice: Slice) => void,
): Promise<void> {
  for (const link of plan.links) {
    await using stages = new Stages({ ...options, link: link.model });
    const steps = stepsOf(plan).filter((step) => step.link === link);
    for (const step of steps) {
      const planned = planOf(step);
      if (done.has(sliceKey(planned))) continue;
      const measured = await measureTwice(stages, step, plan, stopped);
      // What broke while everything was being ended tells nothing.
      if (stopped.aborted) return;
      onSlice({ ...planned, ...measured });
    }
  }
}

type Measured = Omit<Slice, keyof SlicePlan>;

async function measureTwice(
  stages: Stages,
  step: Step,
  plan: Plan,
  stopped: AbortSignal,
): Promise<Measured> {
  const startMs = performance.now();
  const wallSeconds = () => (performance.now() - startMs) / 1000;
  try {
    return { samples: await measureOnce(stages, step, plan), wallSeconds: wallSeconds() };
  } catch (first) {
    const retried = messageOf(first);
    if (stopped.aborted) return { samples: {}, wallSeconds: wallSeconds(), error: retried };
    try {
      const samples = await measureOnce(stages, step, plan);
      return { samples, wallSeconds: wallSeconds(), retried };
    } catch (error) {
      return { samples: {}, wallSeconds: wallSeconds(), error: messageOf(error), retried };
    }
  }
}

export function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A peer that failed is ended, and set up anew when it is next wanted. */
async function measureOnce(stages: Stages, step: Step, plan: Plan): Promise<Samples> {
  const { cell, peer } = step;
  if (cell.measureAlone) {
    const moves = Math.ceil(plan.moves / plan.rounds);
    return await cell.measureAlone(stages.options, { moves });
  }
  try {
    const stage = await stages.of(peer);
    const seconds = secondsOf(plan, step);
    return await withDeadline(cell.measure(stage, seconds), sliceLimitMs + seconds * 1000);
  } catch (error) {
    await stages.end(peer);
    throw error;
  }
}

/** The peers that are set up over one link. */
class Stages implements AsyncDisposable {
  readonly options: StageOptions;
  readonly #open = new Map<Peer, Stage>();

  constructor(options: StageOptions) {
    this.options = options;
  }

  async of(peer: Peer): Promise<Stage> {
    const stage = this.#open.get(peer) ?? (await Stage.open(peer, this.options));
    this.#open.set(peer, stage);
    return stage;
  }

  async end(peer: Peer): Promise<void> {
    const stage = this.#open.get(peer);
    this.#open.delete(peer);
    await stage?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of [...this.#open.keys()]) await this.end(peer);
  }
}
