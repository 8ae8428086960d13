/** Prints how long a terminal takes to attach beside floods of strangers; see docs/measurements.md. */
import { attach, listenForAttach } from './attach.ts';
import { FLOODS, startFlood } from './flood.ts';
import { terminalIdentity } from './identities.ts';

const RUNS = 20;
const RATE = 1000;
const SECONDS = 12;
const MEASURE_MS = 10_000;
const identity = await terminalIdentity();

async function measure(what: string, from: string | null, kind: (typeof FLOODS)[number]) {
  let rejected = 0;
  const listener = await listenForAttach(() => rejected++);
  const flood = from === null ? null : await startFlood(listener.port, from, RATE, SECONDS, kind);
  const times: number[] = [];
  let failures = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const before = flood?.made() ?? 0;
  for (let i = 0; i < RUNS && performance.now() - started < MEASURE_MS; i++) {
    const attached = await attach(listener.port, identity);
    times.push(attached.ms);
    failures += attached.failures;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rate = ((flood?.made() ?? 0) - before) / seconds;
  await flood?.stop();
  await listener.close();
  times.sort((a, b) => a - b);
  const ms = (part: number): string =>
    (times[Math.floor((times.length - 1) * part)] as number).toFixed(0);
  const load = ((user + system) / 1e4 / seconds).toFixed(0);
  console.log(
    `| ${what} | ${rate.toFixed(0)} | ${ms(0.5)} | ${ms(0.95)} | ${ms(1)} | ${failures} | ${rejected} | ${load} % |`,
  );
}

console.log(
  '| strangers | per second | attach median ms | p95 ms | max ms | failed tries | rejected | CPU |',
);
console.log('|---|---|---|---|---|---|---|---|');
await measure('none', null, 'idle');
for (const kind of FLOODS) {
  await measure(`${kind}, other address`, '127.0.0.2', kind);
  await measure(`${kind}, same address`, '127.0.0.1', kind);
}
process.exit();
