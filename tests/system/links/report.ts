import type { Moving } from './big-window.ts';
import type { Stretch } from './scenario.ts';
import { quantile, stage } from './stage.ts';

const PLAYS: readonly (readonly [Moving, number])[] = [
  ['text', 0],
  ['film', 0],
  ['text', 10_000],
  ['film', 10_000],
];

function line(name: string, { keysMs, queuesMs, mbitPerS, framesPerS, dropped }: Stretch): string {
  const of = (values: readonly number[], share: number) => quantile(values, share).toFixed(0);
  const keys = `${of(keysMs, 0.5)} / ${of(keysMs, 0.95)} / ${of(keysMs, 1)}`;
  const queue = `${of(queuesMs, 0.5)} / ${of(queuesMs, 0.95)}`;
  return `| ${name} | ${keysMs.length} | ${keys} | ${queue} | ${mbitPerS.toFixed(2)} | ${framesPerS.toFixed(0)} | ${dropped} |`;
}

const [only] = process.argv.slice(2);
for (const [moving, lossPpm] of PLAYS) {
  const title = `${moving}, ${lossPpm / 10_000} % loss`;
  if (only && !title.startsWith(only)) continue;
  const outcome = await stage(moving, lossPpm);
  console.log(
    `| ${title} | keys | key to pixel p50 / p95 / max, ms | queue p50 / p95, ms | Mbit/s | frames/s | dropped |`,
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const [name, stretch] of Object.entries(outcome)) console.log(line(name, stretch));
  console.log();
}
