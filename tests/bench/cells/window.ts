import type { Observation } from '../host/observer.ts';
import type { Application, Commit } from '../host/workload.ts';
import { difference, type Stage, type Totals } from '../stage.ts';
import { comparePictures, takePictures } from './quality.ts';
import { settle } from './settle.ts';

const firstFrameMs = 15_000;

/** Scenes that draw by the clock, as often as they can. */
const drawsAlways: ReadonlySet<string> = new Set(['scroll', 'drag', 'video']);

/** How long the picture of a last event may take to arrive. */
export function drainMs({ linkModel: { delayMs, lossPpm } }: Stage): number {
  const retransmissionMs = lossPpm > 0 ? 1000 : 0;
  return 300 + 4 * delayMs + retransmissionMs;
}

/** What happened during one measured stretch of time. */
export interface MeasuredWindow {
  readonly spent: Totals;
  readonly seconds: number;
  /** Everything since the application started. */
  readonly commits: readonly Commit[];
  readonly observation: Observation;
  readonly startNs: number;
  readonly endNs: number;
  readonly tag: number;
  /** Quality of pictures taken after the window, while the application still ran. */
  readonly qualityDb: readonly number[];
  readonly serverMemoryBytes: number | undefined;
}

export interface Acts {
  /** After the application has settled, before anything is measured. */
  prepare?(): Promise<void>;
  act(): Promise<void>;
  /** Before pictures are taken. */
  finish?(): Promise<void>;
}

/** Lets an application that was just started settle, measures while act() runs, and ends it. */
export async function measureWindow(
  stage: Stage,
  application: Application,
  acts: Acts,
  pictureCount: number,
): Promise<MeasuredWindow> {
  await stage.observer.expect(application.scene);
  let commits: Commit[] | undefined;
  try {
    await stage.observer.untilShown(application.tag, firstFrameMs);
    await settle(stage, drawsAlways.has(application.scene));
    await acts.prepare?.();
    const measured = await measure(stage, application, acts, pictureCount);
    commits = await application.stop();
    const qualityDb = await comparePictures(application, measured.pictures);
    return { ...measured.window, commits, qualityDb };
  } finally {
    if (!commits) await application.stop().catch(() => {});
  }
}

async function measure(stage: Stage, application: Application, acts: Acts, pictureCount: number) {
  await stage.observer.report();
  const before = await stage.totals();
  await acts.act();
  const after = await stage.totals();
  const observation = await stage.observer.report();
  const spent = difference(before, after);
  const window = {
    spent,
    seconds: spent.timeNs / 1e9,
    observation,
    startNs: before.timeNs,
    endNs: after.timeNs,
    tag: application.tag,
    serverMemoryBytes: stage.serverMemoryBytes(),
  };
  await acts.finish?.();
  return { window, pictures: await takePictures(stage, application, pictureCount) };
}

/** Frames of this application that came to the screen within the window. */
export function framesInside(window: MeasuredWindow) {
  return window.observation.frames.filter(
    ({ tag, timeNs }) => tag === window.tag && timeNs >= window.startNs && timeNs < window.endNs,
  );
}

export function commitsInside(window: MeasuredWindow): Commit[] {
  return window.commits.filter(({ timeNs }) => timeNs >= window.startNs && timeNs < window.endNs);
}
