import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from './cell.ts';
import { costsPer } from './costs.ts';
import { keyLatenciesMs } from './latency.ts';
import { metric } from './metric.ts';
import { drainMs, measureWindow } from './window.ts';

/** Mean gap between keys, as the observer types. */
const keyGapSeconds = 0.18;

export const typing: Cell = {
  name: 'type',
  title: 'typing: a letter per key press',
  needsReconnect: false,
  metrics: [
    metric('key to pixel p50', 'ms', 'latencyMs', {
      digits: 2,
    }),
    metric('key to pixel p95', 'ms', 'latencyMs', {
      digits: 2,
      statistic: 'p95',
    }),
    metric('sent to the viewer per key', 'B', 'downBytes', { digits: 0 }),
    metric('sent by the viewer per key', 'B', 'upBytes', { digits: 0, plotted: false }),
    metric('server CPU per key', 'ms', 'serverCpuMs', { digits: 2 }),
    metric('viewer CPU per key', 'ms', 'viewerCpuMs', { plotted: false, digits: 2 }),
    metric('picture quality', 'dB', 'qualityDb', { compared: false, better: 'more' }),
  ],
  async measure(stage, seconds) {
    const keys = Math.max(1, Math.round(seconds / keyGapSeconds));
    const act = async () => {
      await stage.observer.type(keys);
      await sleep(drainMs(stage));
    };
    const window = await measureWindow(stage, stage.startWorkload('type'), { act }, 1);
    return {
      ...costsPer(stage, window.spent, keys),
      latencyMs: keyLatenciesMs(window.observation, window.commits, window.tag),
      qualityDb: window.qualityDb,
    };
  },
};
