/** `just storm [COUNT] [SEED]`: cards that come and go at two terminals, who owned what, and what the server holds meanwhile. */
import { type StormReport, storm } from './storm.ts';

const LOOKS = [0.02, 0.1, 0.2, 0.4, 0.6, 0.8, 1];
const count = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));

function print(report: StormReport): void {
  const { points, leaks, ...figures } = report;
  process.stdout.write(`\nstorm of ${count} events, seed ${seed}\n\n`);
  for (const [name, value] of Object.entries(figures))
    process.stdout.write(`${name}: ${Math.round(value * 10) / 10}\n`);
  process.stdout.write(`leaks: ${leaks.length}\n${leaks.slice(0, 20).join('\n')}\n`);
  process.stdout.write('\n| events | wrsrvd fds, MB | wrsessd fds, MB | wrcomp (two) fds, MB |\n');
  process.stdout.write('|---:|---:|---:|---:|\n');
  for (const { events, held } of points) {
    const cells = [held.wrsrvd, held.wrsessd, held.wrcomp].map(
      ({ descriptors, pssMb }) => `${descriptors}, ${pssMb}`,
    );
    process.stdout.write(`| ${[events, ...cells].join(' | ')} |\n`);
  }
  if (leaks.length > 0) process.exitCode = 1;
}

print(await storm(count, LOOKS, seed));
process.exit();
