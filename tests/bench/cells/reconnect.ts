import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowNs, type Stage } from '../stage.ts';
import type { Cell } from './cell.ts';
import { metric, type Samples } from './metric.ts';

const firstPictureMs = 15_000;
const blankMs = 5000;
/** Lets the old connection's last packets pass. */
const quietMs = 300;
/** After the usable picture; who is not exact by then stays lossy. */
const refinementMs = 700;
const secondsPerConnection = 1.5;
const leastConnections = 2;

interface Connection {
  /** Every mark on the screen can be read. */
  readonly usableMs: number;
  /** Every pixel is right; with a peer that stays lossy as soon as it is usable. */
  readonly finalMs: number;
  readonly startMs: number;
  readonly downMb: number;
  readonly serverCpuMs: number;
}

export const reconnect: Cell = {
  name: 'reconnect',
  title: 'reconnecting to a desk until all of it is on the screen',
  needsReconnect: true,
  sameFor: ['wayray-lossless'],
  metrics: [
    metric("viewer's first packet to usable picture", 'ms', 'usableMs'),
    metric("viewer's first packet to final picture", 'ms', 'finalMs'),
    metric("viewer's start to usable picture", 'ms', 'startMs', { plotted: false }),
    metric('sent to the viewer', 'MB', 'downMb', { digits: 2 }),
    metric('server CPU', 'ms', 'serverCpuMs'),
  ],
  async measure(stage, seconds) {
    const workload = stage.startWorkload('still');
    try {
      await stage.observer.untilShown(workload.tag, firstPictureMs);
      await stage.observer.untilWhole(firstPictureMs);
      const wanted = join(stage.directory, 'wanted');
      const [picture] = await workload.render([1]);
      await writeFile(wanted, picture as Uint32Array);
      await stage.observer.load(wanted);
      const connections: Connection[] = [];
      const count = Math.max(leastConnections, Math.round(seconds / secondsPerConnection));
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
  const final = stage.observer.untilFinal(
    firstPictureMs,
    refinementMs + 10 * stage.linkModel.delayMs,
  );
  const startNs = nowNs();
  const [{ wholeNs, exactNs }] = await Promise.all([final, stage.running.connect()]);
  await sleep(quietMs);
  const after = await stage.totals();
  const { firstUpNs } = await stage.link.counters();
  return {
    usableMs: (wholeNs - firstUpNs) / 1e6,
    finalMs: ((exactNs ?? wholeNs) - firstUpNs) / 1e6,
    startMs: (wholeNs - startNs) / 1e6,
    downMb: (after.downBytes - before.downBytes) / 1e6,
    serverCpuMs: (after.serverCpuNs - before.serverCpuNs) / 1e6,
  };
}

function samplesOf(connections: readonly Connection[]): Samples {
  const list = (name: keyof Connection) => connections.map((connection) => connection[name]);
  return {
    usableMs: list('usableMs'),
    finalMs: list('finalMs'),
    startMs: list('startMs'),
    downMb: list('downMb'),
    serverCpuMs: list('serverCpuMs'),
  };
}
