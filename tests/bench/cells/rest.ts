import { setTimeout as sleep } from 'node:timers/promises';
import { difference, type Stage } from '../stage.ts';
import type { Cell } from './cell.ts';
import { metric, type Samples } from './metric.ts';

const firstPictureMs = 15_000;
/** What follows a first picture has come to an end: memory is given back ten seconds after it. */
const attachedSettleMs = 12_000;
/** The same for the end of a viewer. */
const detachedSettleMs = 3000;
const bytesPerMib = 1024 * 1024;

/** What a session costs in which nothing happens at all; one session, so memory is not what a further one takes. */
export const rest: Cell = {
  name: 'rest',
  title: 'at rest: a desk on which nothing changes, with its viewer and without',
  needsReconnect: true,
  lanOnly: true,
  sameFor: ['wayray-lossless', 'tigervnc-60'],
  metrics: [
    metric('sent to the viewer per second', 'B', 'downBytes', { digits: 0 }),
    metric('server CPU per second, attached', 'ms', 'attachedCpuMs', { digits: 2 }),
    metric('server CPU per second, detached', 'ms', 'detachedCpuMs', { digits: 2 }),
    metric('viewer CPU per second', 'ms', 'viewerCpuMs', { plotted: false, digits: 2 }),
    metric('memory of server and session (PSS), attached', 'MiB', 'attachedMib'),
    metric('memory of server and session (PSS), detached', 'MiB', 'detachedMib'),
  ],
  async measure(stage, seconds) {
    const workload = stage.startWorkload('still');
    try {
      await stage.observer.untilShown(workload.tag, firstPictureMs);
      await stage.observer.untilWhole(firstPictureMs);
      const attached = await lookOn(stage, attachedSettleMs, seconds / 2);
      await stage.running.disconnect();
      const detached = await lookOn(stage, detachedSettleMs, seconds / 2);
      await stage.running.connect();
      await stage.observer.untilWhole(firstPictureMs);
      return samplesOf(attached, detached);
    } finally {
      await workload.stop();
    }
  },
};

async function lookOn(stage: Stage, settleMs: number, seconds: number) {
  await sleep(settleMs);
  const before = await stage.totals();
  await sleep(seconds * 1000);
  const spent = difference(before, await stage.totals());
  return { spent, seconds: spent.timeNs / 1e9, mib: memoryMib(stage) };
}

type Look = Awaited<ReturnType<typeof lookOn>>;

function memoryMib(stage: Stage): number {
  return (stage.serverMemoryBytes() ?? 0) / bytesPerMib;
}

function samplesOf(attached: Look, detached: Look): Samples {
  const cpuMs = (ns: number, { seconds }: Look) => [ns / 1e6 / seconds];
  return {
    downBytes: [attached.spent.downBytes / attached.seconds],
    attachedCpuMs: cpuMs(attached.spent.serverCpuNs, attached),
    detachedCpuMs: cpuMs(detached.spent.serverCpuNs, detached),
    viewerCpuMs: cpuMs(attached.spent.viewerCpuNs, attached),
    attachedMib: [attached.mib],
    detachedMib: [detached.mib],
  };
}
