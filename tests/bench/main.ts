import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cells, usualCells } from './cells/index.ts';
import { Namespaces } from './host/namespaces.ts';
import { buildNativePrograms } from './host/native-programs.ts';
import { Processes } from './host/processes.ts';
import { type Options, parseOptions, UsageError, usage } from './options.ts';
import { peers, usualPeers } from './peers/index.ts';
import { formatProvenance, readProvenance } from './report/provenance.ts';
import { writeResult } from './report/result-file.ts';
import { summarize } from './report/summary.ts';
import { formatTable } from './report/table.ts';
import { runPlan, type Slice } from './run.ts';

const exitUsage = 2;
const exitFailed = 1;
const exitInterrupted = 130;

class Interrupted extends Error {}

/** Rejects at Ctrl-C, so that the stack of owners unwinds as after any error. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Interrupted(signal)));
  });
}

async function measure(options: Options): Promise<Slice[]> {
  await using owners = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'wayray-bench-'));
  owners.defer(() => rm(directory, { recursive: true, force: true }));
  const namespaces = owners.use(new Namespaces());
  const processes = owners.use(new Processes(directory));
  const stage = { processes, namespaces, directory, link: options.link };
  const running = runPlan(options, stage, (slice) => console.error(formatProgress(slice)));
  // After an interruption it fails at its next step, which nobody waits for.
  running.catch(() => {});
  return await Promise.race([running, interruption()]);
}

function formatProgress({ round, cell, peer, error }: Slice): string {
  return `bench: round ${round + 1}, ${cell}, ${peer}: ${error ? `failed: ${error}` : 'measured'}`;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(usage(peers, cells));
    return 0;
  }
  const options = parseOptions(args, peers, cells, { peers: usualPeers, cells: usualCells });
  buildNativePrograms();
  const provenance = readProvenance();
  const slices = await measure(options);
  const summaries = summarize(options, slices);
  console.log(
    formatTable(
      summaries,
      options.peers.map((peer) => peer.name),
    ),
  );
  console.log('\nFigures: median or percentile [95 % interval, bootstrapped over rounds].');
  for (const { name, version, encryption } of options.peers)
    console.log(`  ${name}: ${version()}, encryption: ${encryption}`);
  console.log(formatProvenance(provenance));
  const file = writeResult({ provenance, plan: options, link: options.link, summaries, slices });
  console.log(`All samples: ${file}`);
  return slices.some(({ error }) => error) ? exitFailed : 0;
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  if (error instanceof Interrupted) process.exit(exitInterrupted);
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof UsageError ? exitUsage : exitFailed);
}
