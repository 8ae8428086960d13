import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../host/workload.ts';
import type { Cell } from './cell.ts';
import { costsPer } from './costs.ts';
import { frameLatenciesMs } from './latency.ts';
import { metric } from './metric.ts';
import { commitsInside, framesInside, measureWindow } from './window.ts';

const pictureCount = 3;

function animation(scene: Scene, title: string): Cell {
  return {
    name: scene,
    title,
    needsReconnect: false,
    brief: true,
    metrics: [
      metric('frames drawn by the application', 'fps', 'drawnFps', {
        better: 'more',
        plotted: false,
      }),
      metric('frames shown', 'fps', 'shownFps', { better: 'more' }),
      metric('commit to pixel p50', 'ms', 'latencyMs'),
      metric('commit to pixel p95', 'ms', 'latencyMs', { statistic: 'p95' }),
      metric('sent to the viewer per frame', 'kB', 'downKb'),
      metric('server CPU per frame', 'ms', 'serverCpuMs'),
      metric('viewer CPU per frame', 'ms', 'viewerCpuMs', { plotted: false }),
      metric('picture quality', 'dB', 'qualityDb', { compared: false, better: 'more' }),
    ],
    async measure(stage, seconds) {
      const window = await measureWindow(
        stage,
        stage.startWorkload(scene),
        { act: () => sleep(seconds * 1000) },
        pictureCount,
      );
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

export const scroll = animation('scroll', 'scrolling: a page of text, 30 steps a second');

export const drag = animation(
  'drag',
  'dragging: a window of 800x600 over a photograph, redrawn by the application',
);

export const video = animation('video', 'video: 1280x720 at 30 fps');
