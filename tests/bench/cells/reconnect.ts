import { setTimeout as sleep } from 'node:timers/promises';
import { nowNs, type Stage } from '../stage.ts';
import type { Cell } from './cell.ts';
import { metric, ratioAtMost, type Samples } from './metric.ts';

const firstPictureMs = 15_000;
const blankMs = 5000;
/** Lets the old connection's last packets pass and refinement after a first picture end. */
const quietMs = 500;
const secondsPerConnection = 1.5;

interface Connection {
  readonly connectMs: number;
  readonly startMs: number;
  readonly downMb: number;
  readonly serverCpuMs: number;
}

export const reconnect: Cell = {
  name: 'reconnect',
  title: 'reconnecting to a desk until all of it is on the screen',
  needsReconnect: true,
  metrics: [
    metric("viewer's first packet to whole picture", 'ms', 'connectMs', {
      goal: ratioAtMost(0.67, 'tigervnc-240'),
    }),
    metric("viewer's start to whole picture", 'ms', 'startMs'),
    metric('sent to the viewer', 'MB', 'downMb', { digits: 2 }),
    metric('server CPU', 'ms', 'serverCpuMs'),
  ],
  async measure(stage, seconds) {
    const workload = stage.startWorkload('still');
    try {
      await stage.observer.untilShown(workload.tag, firstPictureMs);
      await stage.observer.untilWhole(firstPictureMs);
      const connections: Connection[] = [];
      const count = Math.max(1, Math.round(seconds / secondsPerConnection));
      while (connections.length < count) connections.push(await connectAgain(stage));
      return samplesOf(connections);
    } finally {
      await workload.stop();
    }
  },
};

async function connectAgain(stage: Stage): Promise<Connection> {
  await sleep(quietMs);
  await stage.running.disconnect();
  await stage.observer.untilBlank(blankMs);
  await sleep(quietMs);
  await stage.link.arm();
  const before = await stage.totals();
  const whole = stage.observer.untilWhole(firstPictureMs);
  const startNs = nowNs();
  const [wholeNs] = await Promise.all([whole, stage.running.connect()]);
  await sleep(quietMs);
  const after = await stage.totals();
  const { firstUpNs } = await stage.link.counters();
  return {
    connectMs: (wholeNs - firstUpNs) / 1e6,
    startMs: (wholeNs - startNs) / 1e6,
    downMb: (after.downBytes - before.downBytes) / 1e6,
    serverCpuMs: (after.serverCpuNs - before.serverCpuNs) / 1e6,
  };
}

function samplesOf(connections: readonly Connection[]): Samples {
  const list = (name: keyof Connection) => connections.map((connection) => connection[name]);
  return {
    connectMs: list('connectMs'),
    startMs: list('startMs'),
    downMb: list('downMb'),
    serverCpuMs: list('serverCpuMs'),
  };
}
