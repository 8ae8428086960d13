import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleServer } from '../../../appliance/bundle.ts';
import { buildNativePrograms } from '../host/native-programs.ts';
import { Processes } from '../host/processes.ts';
import { UsageError } from '../options.ts';
import { formatProvenance, readProvenance } from '../report/provenance.ts';
import { availableMib, stopReason } from './limits.ts';
import { type LoadSample, measureLoad } from './load.ts';
import { type MemorySample, measureMemory } from './memory.ts';
import { type DensityOptions, parseDensityOptions, usage } from './options.ts';
import type { DenseProduct } from './product.ts';
import {
  formatLoads,
  formatMemory,
  type Load,
  type LoadByProduct,
  writeDensity,
} from './report.ts';
import { sway } from './sway.ts';
import { wayray } from './wayray.ts';
import { xvnc } from './xvnc.ts';

/** How often memory is looked at while people work. */
const LOOK_MS = 500;

const products: readonly DenseProduct[] = [wayray, xvnc(240), xvnc(60), sway];

async function measureLoads(options: DensityOptions): Promise<LoadByProduct> {
  const loads: Record<string, Load> = {};
  for (const product of options.products)
    loads[product.name] = await measureUntilFull(product, options);
  return loads;
}

async function measureUntilFull(product: DenseProduct, options: DensityOptions): Promise<Load> {
  const samples: LoadSample[] = [];
  for (const [i, sessions] of options.load.entries()) {
    const beforeMib = availableMib();
    let leastMib = beforeMib;
    const look = setInterval(() => {
      leastMib = Math.min(leastMib, availableMib());
    }, LOOK_MS);
    try {
      const sample = await inFolder((site) => measureLoad(product, site, sessions, options));
      samples.push(sample);
      const { keysMs: _, ...shown } = sample;
      console.error(`density: ${product.name}, ${sessions} at work: ${JSON.stringify(shown)}`);
      const next = options.load[i + 1] ?? sessions;
      const stopped = stopReason(sample, next, beforeMib - leastMib, beforeMib);
      if (stopped) return { samples, stopped };
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
      console.error(`density: ${product.name}, ${sessions} at work: ${reason}`);
      return { samples, stopped: `${sessions} could not be set up or measured: ${reason}` };
    } finally {
      clearInterval(look);
    }
  }
  return { samples, stopped: 'more were not asked for' };
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
