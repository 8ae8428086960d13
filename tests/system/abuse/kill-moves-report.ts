/** `just kill-moves [COUNT] [SEED] [VICTIM,...]`: a session that moves while processes are killed, and how soon it is there again. */
import { killMoves, VICTIMS, type Victim } from './kill-moves.ts';

const SLOW_MS = 5000;
const count = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const only = process.argv[4]?.split(',') as Victim[] | undefined;
process.stdout.write(`${count} moves, seed ${seed}\n`);
const { seconds, kills, worstMs, leaks } = await killMoves(count, seed, {
  ...(only ? { victims: only } : {}),
  onMove: (what, tookMs) => {
    if (tookMs > SLOW_MS) process.stdout.write(`${what}: ${Math.round(tookMs)} ms\n`);
  },
});
process.stdout.write(`${seconds.toFixed(0)} s, ${leaks.length} leaks\n${leaks.join('\n')}\n`);
process.stdout.write(
  '| killed | times | until the session was there again, at worst, ms |\n|---|---:|---:|\n',
);
for (const victim of VICTIMS)
  process.stdout.write(`| ${victim} | ${kills[victim]} | ${Math.round(worstMs[victim])} |\n`);
process.exit(leaks.length > 0 ? 1 : 0);
