import { parseArgs } from 'node:util';
import { type Convergence, converge } from './converge.ts';

/** As `just check` has them, but longer, larger and more of them. */
const KINDS: readonly Convergence[] = [
  { runs: 100_000, sidePx: 150, minSidePx: 1, acts: 14 },
  { runs: 10_000, sidePx: 150, minSidePx: 1, acts: 100 },
  { runs: 2000, sidePx: 700, minSidePx: 1, acts: 30 },
  { runs: 2000, sidePx: 260, minSidePx: 1, acts: 30, threads: true },
  { runs: 400, sidePx: 320, minSidePx: 170, acts: 30, video: true },
];

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 0x7fffffff) },
    share: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const share = Number(values.share);
console.log(`seed ${seed}`);
for (const kind of KINDS) {
  const runs = Math.ceil(kind.runs * share);
  const startMs = performance.now();
  const { films, steps } = await converge({ ...kind, runs, seed });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const { sidePx, acts, threads = false } = kind;
  console.log({ runs, sidePx, acts, threads, films, steps, seconds });
}
