import type { PlacedWindow, Windows } from '../host/windows.ts';
import type { Stage } from '../stage.ts';
import type { Cell } from './cell.ts';
import { clickInTurn, secondsPerClick } from './clicks.ts';
import { costsPer } from './costs.ts';
import { metric } from './metric.ts';
import { measureWindow } from './window.ts';
import { findOrder, openWindows } from './window-places.ts';

/** What is kept of the windows is there after each was raised once. */
const warmUpClicks = 2;

export const switching: Cell = {
  name: 'switch',
  title: 'switching: two windows of text that cover each other, raised in turn by a click',
  needsReconnect: false,
  sameFor: ['wayray-lossless'],
  lanOnly: true,
  metrics: [
    metric('click to pixel p50', 'ms', 'latencyMs'),
    metric('click to pixel p95', 'ms', 'latencyMs', { statistic: 'p95' }),
    metric('sent to the viewer per switch', 'kB', 'downKb', { digits: 2 }),
    metric('server CPU per switch', 'ms', 'serverCpuMs', { digits: 2 }),
    metric('viewer CPU per switch', 'ms', 'viewerCpuMs', { plotted: false, digits: 2 }),
    metric('picture quality', 'dB', 'qualityDb', { compared: false, better: 'more' }),
  ],
  async measure(stage, seconds) {
    const windows = await stage.startWindows('switch');
    try {
      return await measureSwitching(stage, windows, seconds);
    } finally {
      await stage.stopWindowManager();
    }
  },
};

async function measureSwitching(stage: Stage, windows: Windows, seconds: number) {
  const count = Math.max(2, Math.round(seconds / secondsPerClick));
  let latencyMs: number[] = [];
  const acts = {
    prepare: async () => {
      windows.stack = await findOrder(stage, windows, await openWindows(stage, windows));
      await clickInTurn(warmUpClicks, () => raiseLower(stage, windows));
    },
    act: async () => {
      latencyMs = await clickInTurn(count, () => raiseLower(stage, windows));
    },
  };
  const { spent, qualityDb } = await measureWindow(stage, windows, acts, 1);
  return { ...costsPer(stage, spent, count), latencyMs, qualityDb };
}

/** Points at the lower window, whose corner nothing covers. */
async function raiseLower(stage: Stage, windows: Windows) {
  const [lower, upper] = windows.stack as [PlacedWindow, PlacedWindow];
  await stage.observer.point({ x: lower.x + 60, y: lower.y + 40 });
  return () => {
    windows.stack = [upper, lower];
    return stage.observer.click(
      windows.middlePlace(lower),
      windows.middleValue(lower.number),
      true,
    );
  };
}
