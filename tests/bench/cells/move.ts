import { setTimeout as sleep } from 'node:timers/promises';
import type { TimedStep } from '../host/observer.ts';
import type { PlacedWindow, Windows } from '../host/windows.ts';
import type { Stage } from '../stage.ts';
import type { Cell } from './cell.ts';
import { costsPer } from './costs.ts';
import { metric } from './metric.ts';
import { drainMs, measureWindow } from './window.ts';
import { findWindows, openWindows } from './window-places.ts';

const stepsPerSecond = 30;

export const move: Cell = {
  name: 'move',
  title:
    'moving: the desktop moves a window of 800x600 over a photograph that was seen before, 30 steps a second',
  needsReconnect: false,
  sameFor: ['wayray-lossless'],
  metrics: [
    metric('places shown', 'fps', 'shownFps', { better: 'more' }),
    metric('pointer to pixel p50', 'ms', 'latencyMs'),
    metric('pointer to pixel p95', 'ms', 'latencyMs', { statistic: 'p95' }),
    metric('sent to the viewer per place', 'kB', 'downKb', { digits: 2 }),
    metric('server CPU per place', 'ms', 'serverCpuMs', { digits: 2 }),
    metric('viewer CPU per place', 'ms', 'viewerCpuMs', { plotted: false, digits: 2 }),
    metric('picture quality', 'dB', 'qualityDb', { compared: false, better: 'more' }),
  ],
  async measure(stage, seconds) {
    const windows = await stage.startWindows('move');
    try {
      return await measureMove(stage, windows, seconds);
    } finally {
      await stage.stopWindowManager();
    }
  },
};

async function measureMove(stage: Stage, windows: Windows, seconds: number) {
  let start: PlacedWindow | undefined;
  const acts = {
    prepare: async () => {
      [start] = await openWindows(stage, windows);
    },
    act: async () => {
      const window = { ...windows.shapes[0], ...start } as PlacedWindow & Size;
      await stage.observer.drag(windows.cornerValue(0), window, seconds * stepsPerSecond);
      await sleep(drainMs(stage));
    },
    finish: async () => {
      windows.stack = await findWindows(stage, windows);
    },
  };
  const { observation, spent, qualityDb } = await measureWindow(stage, windows, acts, 1);
  const { steps, places } = observation;
  if (places.length === 0) throw new Error('the window did not follow the pointer');
  return {
    ...costsPer(stage, spent, places.length),
    shownFps: [places.length / seconds],
    latencyMs: stepLatenciesMs(steps, places),
    qualityDb,
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** From the pointer's step to the picture of the window there, for the places that were shown. */
export function stepLatenciesMs(
  steps: readonly TimedStep[],
  places: readonly TimedStep[],
): number[] {
  const madeNs = new Map(steps.map(({ step, timeNs }) => [step, timeNs]));
  return places.flatMap(({ step, timeNs }) => {
    const made = madeNs.get(step);
    return made === undefined ? [] : [(timeNs - made) / 1e6];
  });
}
