import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cells, usualCells } from './cells/index.ts';
import { Namespaces } from './host/namespaces.ts';
import { buildNativePrograms } from './host/native-programs.ts';
import { Processes } from './host/processes.ts';
import { parseOptions, pick, UsageError, usage } from './options.ts';
import { peers, usualPeers } from './peers/index.ts';
import { type Begun, Journal } from './report/journal.ts';
import { isSameProgram, readProvenance } from './report/provenance.ts';
import { report } from './report/report.ts';
import { type Plan, plannedSeconds, planSlices, runPlan, type Slice, sliceKey } from './run.ts';
import { formatDuration, TimeLeft } from './time-left.ts';

const exitUsage = 2;
const exitFailed = 1;
const exitInterrupted = 130;

class Interrupted extends Error {}

/** Rejects at Ctrl-C, so that the stack of owners unwinds as after any error, which a second one does not disturb. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => reject(new Interrupted(signal)));
  });
}

function describe(plan: Plan): Begun {
  const { rounds, secondsPerSlice, moves, unnamed } = plan;
  return {
    provenance: readProvenance(),
    peers: plan.peers.map(({ name }) => name),
    cells: plan.cells.map(({ name }) => name),
    links: plan.links,
    products: Object.fromEntries(
      plan.peers.map((peer) => [
        peer.name,
        { version: peer.version(), encryption: peer.encryption },
      ]),
    ),
    ...{ rounds, secondsPerSlice, moves, ...(unnamed && { unnamed }) },
  };
}

/** @throws UsageError when the run was begun with another version of the program */
function planOf({ begun }: Journal): Plan {
  const { rounds, secondsPerSlice, moves, unnamed } = begun;
  if (!isSameProgram(begun.provenance.commit))
    throw new UsageError(`the program is another than at ${begun.provenance.commit}`);
  return {
    peers: pick('peer', begun.peers, peers),
    cells: pick('cell', begun.cells, cells),
    links: begun.links,
    ...{ rounds, secondsPerSlice, moves, ...(unnamed && { unnamed }) },
  };
}

/** Measures what the run's folder lacks. */
async function measure(plan: Plan, journal: Journal): Promise<void> {
  const measured = journal.slices();
  const done = new Set(measured.map(sliceKey));
  const missing = planSlices(plan).filter((slice) => !done.has(sliceKey(slice)));
  const timeLeft = new TimeLeft((slice) => plannedSeconds(plan, slice), measured);
  console.error(
    `bench: ${missing.length} slices in about ${formatDuration(timeLeft.of(missing))}, into ${journal.directory}`,
  );
  await using owners = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'wayray-bench-'));
  owners.defer(() => rm(directory, { recursive: true, force: true }));
  const namespaces = owners.use(new Namespaces());
  const processes = owners.use(new Processes());
  const stopped = new AbortController();
  const options = { processes, namespaces, directory };
  const running = runPlan(plan, options, done, stopped.signal, (slice) => {
    journal.add(slice);
    timeLeft.add(slice);
    missing.splice(
      missing.findIndex((one) => sliceKey(one) === sliceKey(slice)),
      1,
    );
    console.error(formatProgress(slice, missing.length, timeLeft.of(missing)));
  });
  // After an interruption it fails at its next step, which nobody waits for.
  running.catch(() => {});
  try {
    await Promise.race([running, interruption()]);
  } finally {
    stopped.abort();
  }
}

function formatProgress(slice: Slice, left: number, secondsLeft: number): string {
  const { link, round, cell, peer, error, retried, wallSeconds } = slice;
  const how = error ? `failed: ${error}` : retried ? `measured, after: ${retried}` : 'measured';
  const rest = `${left} left, ${formatDuration(secondsLeft)}`;
  return `bench: ${link}, round ${round + 1}, ${cell}, ${peer}: ${how} in ${wallSeconds.toFixed(1)} s (${rest})`;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage({ peers, cells }));
    return 0;
  }
  const wish = parseOptions(args, { peers, cells }, { peers: usualPeers, cells: usualCells });
  if (wish.kind === 'report') {
    console.log(report(Journal.open(wish.directory), cells));
    return 0;
  }
  const journal =
    wish.kind === 'run' ? Journal.begin(describe(wish.plan)) : Journal.open(wish.directory);
  const plan = wish.kind === 'run' ? wish.plan : planOf(journal);
  buildNativePrograms();
  try {
    await measure(plan, journal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.error(`bench: stopped; to go on: just bench --resume ${journal.directory}`);
    return exitInterrupted;
  }
  console.log(report(journal, cells));
  return journal.slices().some(({ error }) => error) ? exitFailed : 0;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof UsageError ? exitUsage : exitFailed);
}
