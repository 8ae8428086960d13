/** `just cycles [COUNT]`: clients and terminals that come and go, and what the server's processes hold meanwhile. */
import { Server } from '../helpers/server.ts';
import { type CyclePoint, terminalCycle, watchCycles, waylandCycle } from './cycles.ts';

const LOOKS = 5;
/** A collector in a hurry: what is still there then is held. */
const PROMPT_COLLECTOR = '--max-old-space-size=64 --max-semi-space-size=1';
const count = Number(process.argv[2] ?? 1000);

function print(what: string, seconds: number, points: readonly CyclePoint[]): void {
  const each = ((seconds / count) * 1000).toFixed(1);
  process.stdout.write(
    `\n${what}: ${count} cycles in ${seconds.toFixed(0)} s, ${each} ms each\n\n`,
  );
  process.stdout.write('| cycles | wrsrvd fds | wrsrvd MB | wrcomp fds | wrcomp MB |\n');
  process.stdout.write('| ---: | ---: | ---: | ---: | ---: |\n');
  for (const { cycles, wrsrvd, wrcomp } of points) {
    const row = [
      cycles,
      wrsrvd.descriptors,
      wrsrvd.residentMb,
      wrcomp.descriptors,
      wrcomp.residentMb,
    ];
    process.stdout.write(`| ${row.join(' | ')} |\n`);
  }
}

for (const [what, cycle] of [
  ['Wayland clients', waylandCycle],
  ['Terminals', terminalCycle],
] as const) {
  const server = await Server.start({
    size: '320x200',
    env: { NODE_OPTIONS: PROMPT_COLLECTOR },
  });
  try {
    const startMs = performance.now();
    const points = await watchCycles(server, count, LOOKS, () => cycle(server));
    print(what, (performance.now() - startMs) / 1000, points);
  } finally {
    await server.stop();
  }
}
process.exit();
