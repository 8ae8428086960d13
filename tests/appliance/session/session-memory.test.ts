import { readFileSync } from 'node:fs';
import test from 'ava';
import { bundleServer } from '../../../appliance/bundle.ts';
import { COMPOSITOR_FLAGS } from '../../../appliance/engine-flags.ts';
import { eventually } from '../../helpers/eventually.ts';
import { monitor, Session } from '../../helpers/session.ts';

/** What is its own alone: 22 and 40 MiB are needed here, of which 8 are bare Node and 16 the picture, twice. */
const MAX_MIB = { alone: 32, attached: 52 };
/** It gives memory back ten seconds after the last that happened. */
const PATIENCE_MS = 40_000;

/** MiB that went away with the process. */
function ownMib(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)];
  return kib.reduce((sum, [, value]) => sum + Number(value), 0) / 1024;
}

async function untilSmall(pid: number, maxMib: number): Promise<void> {
  await eventually(() => {
    const mib = ownMib(pid);
    if (mib > maxMib) throw new Error(`${mib.toFixed(1)} MiB instead of ${maxMib}`);
  }, PATIENCE_MS);
}

test('a session at rest is small, without a terminal and with one', async (t) => {
  t.timeout(4 * PATIENCE_MS);
  await bundleServer();
  const session = await Session.start(t, { flags: COMPOSITOR_FLAGS });
  const pid = session.program.process.pid ?? 0;
  await untilSmall(pid, MAX_MIB.alone);
  const view = await session.attach(monitor(1920, 1080));
  await view.settled();
  await untilSmall(pid, MAX_MIB.attached);
  t.true(ownMib(pid) > 8);
});
