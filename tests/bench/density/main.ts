import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleServer } from '../../../appliance/bundle.ts';
import { buildNativePrograms } from '../host/native-programs.ts';
import { Processes } from '../host/processes.ts';
import { UsageError } from '../options.ts';
import { formatProvenance, readProvenance } from '../report/provenance.ts';
import { type LoadSample, measureLoad } from './load.ts';
import { type MemorySample, measureMemory } from './memory.ts';
import { type DensityOptions, parseDensityOptions, usage } from './options.ts';
import type { DenseProduct } from './product.ts';
import { formatLoads, formatMemory, SLOW_KEY_MS, writeDensity } from './report.ts';
import { sway } from './sway.ts';
import { wayray } from './wayray.ts';
import { xvnc } from './xvnc.ts';

const products: readonly DenseProduct[] = [wayray, xvnc(240), xvnc(60), sway];

async function measureLoads({ products, load, loadSeconds }: DensityOptions) {
  const loads: Record<string, LoadSample[]> = {};
  for (const product of products) {
    const samples: LoadSample[] = [];
    loads[product.name] = samples;
    for (const sessions of load) {
      const sample = await inFolder((site) => measureLoad(product, site, sessions, loadSeconds));
      samples.push(sample);
      console.error(`density: ${product.name}, ${sessions} at work: ${JSON.stringify(sample)}`);
      if (!(sample.keyP95Ms <= SLOW_KEY_MS)) break;
    }
  }
  return loads;
}

async function measure(options: DensityOptions) {
  const memory: Record<string, MemorySample[]> = {};
  for (const sessions of options.sessions)
    for (const product of options.products) {
      const sample = await inFolder((site) => measureMemory(product, site, sessions, options));
      memory[product.name] = [...(memory[product.name] ?? []), sample];
      console.error(`density: ${product.name}, ${sessions}: ${JSON.stringify(sample)}`);
    }
  return memory;
}

/** Each start of a product has a folder and processes of its own. */
async function inFolder<T>(
  work: (site: { processes: Processes; directory: string }) => Promise<T>,
): Promise<T> {
  await using owners = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'wayray-density-'));
  owners.defer(() => rm(directory, { recursive: true, force: true }));
  const processes = owners.use(new Processes());
  return await work({ processes, directory });
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return console.log(usage(products));
  const options = parseDensityOptions(args, products);
  buildNativePrograms();
  await bundleServer();
  const provenance = readProvenance();
  const memory = await measure(options);
  if (options.sessions.length > 0) console.log(formatMemory(memory));
  const loads = await measureLoads(options);
  if (options.load.length > 0) console.log(formatLoads(loads));
  console.log(formatProvenance(provenance));
  console.log(`All figures: ${writeDensity({ provenance, memory, loads })}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`density: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
