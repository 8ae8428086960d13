import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../host/workload.ts';
import type { Cell } from './cell.ts';
import { costsPer } from './costs.ts';
import { frameLatenciesMs } from './latency.ts';
import { atLeast, atMost, type Goal, metric } from './metric.ts';
import { commitsInside, framesInside, measureWindow } from './window.ts';

const pictureCount = 3;

interface AnimationGoals {
  readonly shownFps?: Goal;
  readonly downKb: Goal;
  readonly serverCpuMs: Goal;
}

function animation(scene: Scene, title: string, goals: AnimationGoals): Cell {
  return {
    name: scene,
    title,
    needsReconnect: false,
    metrics: [
      metric('frames drawn by the application', 'fps', 'drawnFps'),
      metric('frames shown', 'fps', 'shownFps', goals.shownFps ? { goal: goals.shownFps } : {}),
      metric('commit to pixel p50', 'ms', 'latencyMs'),
      metric('commit to pixel p95', 'ms', 'latencyMs', { statistic: 'p95' }),
      metric('sent to the viewer per frame', 'kB', 'downKb', { goal: goals.downKb }),
      metric('server CPU per frame', 'ms', 'serverCpuMs', { goal: goals.serverCpuMs }),
      metric('viewer CPU per frame', 'ms', 'viewerCpuMs'),
      metric('picture quality', 'dB', 'qualityDb', { compared: false }),
    ],
    async measure(stage, seconds) {
      const window = await measureWindow(stage, scene, () => sleep(seconds * 1000), pictureCount);
      const shown = framesInside(window);
      if (shown.length === 0) throw new Error('not one frame was shown');
      return {
        ...costsPer(stage, window.spent, shown.length),
        drawnFps: [commitsInside(window).length / window.seconds],
        shownFps: [shown.length / window.seconds],
        latencyMs: frameLatenciesMs(shown, window.commits),
        qualityDb: window.qualityDb,
      };
    },
  };
}

export const scroll = animation('scroll', 'scrolling: a page of text, 30 steps a second', {
  shownFps: atLeast(29),
  downKb: atMost(16),
  serverCpuMs: atMost(12),
});

export const drag = animation('drag', 'dragging: a window of 800x600 over a photograph', {
  downKb: atMost(26),
  serverCpuMs: atMost(5),
});

export const video = animation('video', 'video: 1280x720 at 30 fps', {
  shownFps: atLeast(29),
  downKb: atMost(90),
  serverCpuMs: atMost(14),
});
