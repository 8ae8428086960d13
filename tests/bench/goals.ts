import type { LinkName } from './links.ts';
import type { Statistic } from './statistics/quantile.ts';

/** What a figure of WayRay is held against. */
export type Bound =
  | { readonly kind: 'at most' | 'at least'; readonly value: number }
  /** A share of another's figure: of a peer by its name, or of the best one in the run. */
  | {
      readonly kind: 'ratio at most';
      readonly value: number;
      readonly to: string;
      /** The cell of the other's figure, where it is another. */
      readonly toCell?: string;
    };

export interface Goal {
  readonly cell: string;
  /** Which of the cell's samples, and of them what. */
  readonly samples: string;
  readonly statistic: Statistic;
  readonly links: readonly LinkName[];
  readonly bound: Bound;
  /** The WayRay peers that it is for. */
  readonly peers: readonly string[];
}

export const best = 'best';
/** As peers they are measured against others, and no one is measured against them. */
export const ownPeers: readonly string[] = ['wayray', 'wayray-lossless'];

const most = (value: number): Bound => ({ kind: 'at most', value });
const least = (value: number): Bound => ({ kind: 'at least', value });
const ratio = (value: number, to = best): Bound => ({ kind: 'ratio at most', value, to });

type Row = readonly [samples: string, bound: Bound, statistic?: Statistic];

function goalsOf(
  cell: string,
  rows: readonly Row[],
  { links = ['lan'], peers = ownPeers }: Partial<Pick<Goal, 'links' | 'peers'>> = {},
): Goal[] {
  return rows.map(([samples, bound, statistic = 'median']) => ({
    ...{ cell, samples, bound, statistic, links, peers },
  }));
}

const slowLink = { links: ['wan'] } as const;
const withVideo = { peers: ['wayray'] } as const;

/**
 * All that is to be reached. What a session takes of memory (50 MiB attached, 30 detached) and how many a core serves
 * is told by several sessions at a time: `just bench-density` has those goals. `rest` shows one session with all of wrsrvd.
 */
export const goals: readonly Goal[] = [
  ...goalsOf('type', [
    ['latencyMs', ratio(0.7, 'tigervnc-240')],
    ['latencyMs', ratio(0.8, 'tigervnc-240'), 'p95'],
    ['downBytes', ratio(0.5)],
    ['downBytes', most(155)],
    ['serverCpuMs', most(0.6)],
  ]),
  // A round trip takes 20 ms there.
  ...goalsOf('type', [['latencyMs', most(25)] as Row, ['latencyMs', most(30), 'p95']], slowLink),
  ...goalsOf('scroll', [
    ['shownFps', least(29)],
    ['downKb', ratio(0.15)],
    ['downKb', most(16)],
    ['serverCpuMs', ratio(0.35)],
    ['serverCpuMs', most(12)],
  ]),
  ...goalsOf('drag', [
    ['downKb', ratio(0.5)],
    ['downKb', most(26)],
    ['serverCpuMs', ratio(0.4)],
    ['serverCpuMs', most(5)],
  ]),
  ...goalsOf('move', [
    ['downKb', { kind: 'ratio at most', value: 0.02, to: best, toCell: 'drag' }],
    ['downKb', most(1)],
  ]),
  ...goalsOf(
    'video',
    [
      ['shownFps', least(29)],
      ['downKb', ratio(0.25)],
      ['downKb', most(90)],
      ['qualityDb', least(36)],
      ['serverCpuMs', ratio(1.2)],
      ['serverCpuMs', most(14)],
    ],
    withVideo,
  ),
  ...goalsOf('idle', [
    ['downBytes', ratio(0.5)],
    ['downBytes', most(90)],
  ]),
  ...goalsOf('reconnect', [
    ['finalMs', ratio(0.7)],
    ['finalMs', most(70)],
  ]),
  ...goalsOf('reconnect', [['usableMs', most(250)] as Row, ['finalMs', most(600)]], slowLink),
  ...['hot-desk', 'hot-desk-card'].flatMap((cell) => [
    ...goalsOf(cell, [['total', most(150), 'p99']], withVideo),
    ...goalsOf(cell, [['total', most(500), 'p99']], { ...slowLink, ...withVideo }),
  ]),
  ...goalsOf('rest', [
    ['attachedCpuMs', most(0.4)],
    ['detachedCpuMs', most(0.2)],
  ]),
];
