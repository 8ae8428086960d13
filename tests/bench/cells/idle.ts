import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from './cell.ts';
import { frameLatenciesMs } from './latency.ts';
import { metric } from './metric.ts';
import { framesInside, measureWindow } from './window.ts';

const bytesPerMib = 1024 * 1024;

export const idle: Cell = {
  name: 'idle',
  title: 'idle: a desk with a text cursor that blinks twice a second',
  needsReconnect: false,
  sameFor: ['wayray-lossless'],
  metrics: [
    metric('commit to pixel p50', 'ms', 'latencyMs', { digits: 2 }),
    metric('sent to the viewer per blink', 'B', 'downBytes', { digits: 0 }),
    metric('server CPU per second', 'ms', 'serverCpuMs', { digits: 2 }),
    metric('viewer CPU per second', 'ms', 'viewerCpuMs', { plotted: false, digits: 2 }),
    metric('server memory (PSS)', 'MiB', 'memoryMib'),
    metric('picture quality', 'dB', 'qualityDb', { compared: false, better: 'more' }),
  ],
  async measure(stage, seconds) {
    const window = await measureWindow(
      stage,
      stage.startWorkload('idle'),
      { act: () => sleep(seconds * 1000) },
      1,
    );
    const blinks = framesInside(window);
    if (blinks.length === 0) throw new Error('not one blink was shown');
    const { spent, serverMemoryBytes } = window;
    return {
      latencyMs: frameLatenciesMs(blinks, window.commits),
      qualityDb: window.qualityDb,
      ...(stage.running.serverPids.length > 0 && {
        downBytes: [spent.downBytes / blinks.length],
        serverCpuMs: [spent.serverCpuNs / 1e6 / window.seconds],
      }),
      ...(stage.running.viewerPid && {
        viewerCpuMs: [spent.viewerCpuNs / 1e6 / window.seconds],
      }),
      ...(serverMemoryBytes !== undefined && { memoryMib: [serverMemoryBytes / bytesPerMib] }),
    };
  },
};
