import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../host/observer.ts';
import type { Commit, Scene, Workload } from '../host/workload.ts';
import { difference, type Stage, type Totals } from '../stage.ts';
import { comparePictures, takePictures } from './quality.ts';

const firstFrameMs = 15_000;
/** Peers refine the picture, start-up work ends, caches fill. */
const settleMs = 1000;

/** What happened during one measured stretch of time. */
export interface MeasuredWindow {
  readonly spent: Totals;
  readonly seconds: number;
  /** Everything since the workload started. */
  readonly commits: readonly Commit[];
  readonly observation: Observation;
  readonly startNs: number;
  readonly endNs: number;
  readonly tag: number;
  /** Quality of pictures taken after the window, while the workload still ran. */
  readonly qualityDb: readonly number[];
  readonly serverMemoryBytes: number | undefined;
}

/** Shows a scene, lets it settle, and measures while act() runs. */
export async function measureWindow(
  stage: Stage,
  scene: Scene,
  act: () => Promise<void>,
  pictureCount: number,
): Promise<MeasuredWindow> {
  await stage.observer.report();
  const workload = stage.startWorkload(scene);
  let commits: Commit[] | undefined;
  try {
    await stage.observer.untilShown(workload.tag, firstFrameMs);
    await sleep(settleMs);
    const measured = await measure(stage, workload, act, pictureCount);
    commits = await workload.stop();
    const qualityDb = await comparePictures(workload, measured.pictures);
    return { ...measured.window, commits, qualityDb };
  } finally {
    if (!commits) await workload.stop().catch(() => {});
  }
}

async function measure(
  stage: Stage,
  workload: Workload,
  act: () => Promise<void>,
  pictureCount: number,
) {
  const before = await stage.totals();
  await act();
  const after = await stage.totals();
  const observation = await stage.observer.report();
  const spent = difference(before, after);
  const window = {
    spent,
    seconds: spent.timeNs / 1e9,
    observation,
    startNs: before.timeNs,
    endNs: after.timeNs,
    tag: workload.tag,
    serverMemoryBytes: stage.serverMemoryBytes(),
  };
  return { window, pictures: await takePictures(stage, workload, pictureCount) };
}

/** Frames of this workload that came to the screen within the window. */
export function framesInside(window: MeasuredWindow) {
  return window.observation.frames.filter(
    ({ tag, timeNs }) => tag === window.tag && timeNs >= window.startNs && timeNs < window.endNs,
  );
}

export function commitsInside(window: MeasuredWindow): Commit[] {
  return window.commits.filter(({ timeNs }) => timeNs >= window.startNs && timeNs < window.endNs);
}
