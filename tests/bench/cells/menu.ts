import { menuPlace } from '../host/windows.ts';
import type { Cell } from './cell.ts';
import { clickInTurn, secondsPerClick } from './clicks.ts';
import { costsPer } from './costs.ts';
import { metric } from './metric.ts';
import { measureWindow } from './window.ts';

const pointer = { x: 300, y: 900 };
const warmUpClicks = 2;

export const menu: Cell = {
  name: 'menu',
  title: 'a menu of 280x430 that opens and closes over a desk',
  needsReconnect: false,
  sameFor: ['wayray-lossless'],
  lanOnly: true,
  metrics: [
    metric('click to open menu p50', 'ms', 'openMs'),
    metric('click to closed menu p50', 'ms', 'closeMs'),
    metric('sent to the viewer per click', 'kB', 'downKb', { digits: 2 }),
    metric('server CPU per click', 'ms', 'serverCpuMs', { digits: 2 }),
    metric('viewer CPU per click', 'ms', 'viewerCpuMs', { plotted: false, digits: 2 }),
    metric('picture quality', 'dB', 'qualityDb', { compared: false, better: 'more' }),
  ],
  async measure(stage, seconds) {
    const windows = await stage.startWindows('menu');
    const count = 2 * Math.max(1, Math.round(seconds / secondsPerClick / 2));
    const clickOnce = async (i: number) => () =>
      stage.observer.click(menuPlace, windows.cornerValue(0), i % 2 === 0);
    let latencyMs: number[] = [];
    const acts = {
      prepare: async () => {
        await stage.observer.point(pointer);
        await clickInTurn(warmUpClicks, clickOnce);
      },
      act: async () => {
        latencyMs = await clickInTurn(count, clickOnce);
      },
    };
    const { spent, qualityDb } = await measureWindow(stage, windows, acts, 1);
    return {
      ...costsPer(stage, spent, count),
      openMs: latencyMs.filter((_, i) => i % 2 === 0),
      closeMs: latencyMs.filter((_, i) => i % 2 === 1),
      qualityDb,
    };
  },
};
