import test, { type ExecutionContext } from 'ava';
import { Server } from '../helpers/server.ts';
import { type CyclePoint, terminalCycle, watchCycles, waylandCycle } from './cycles.ts';

const CYCLES = 50;
/** The collector is in no hurry with so little; `just cycles` looks at memory over a thousand. */
const MEMORY_MB = 60;

function level(t: ExecutionContext, points: readonly CyclePoint[]): void {
  const [, warm, last] = points;
  if (!warm || !last) return t.fail();
  for (const name of ['wrsrvd', 'wrcomp'] as const) {
    t.is(last[name].descriptors, warm[name].descriptors, name);
    const grownMb = last[name].residentMb - warm[name].residentMb;
    t.true(grownMb < MEMORY_MB, `${name} ${grownMb} MB`);
  }
}

for (const [what, cycle] of [
  ['Wayland clients', waylandCycle],
  ['terminals', terminalCycle],
] as const) {
  test(`${what} that come and go leave nothing behind`, async (t) => {
    const server = await Server.start({ size: '320x200' });
    t.teardown(() => server.stop());
    level(t, await watchCycles(server, CYCLES, 2, () => cycle(server)));
  });
}
