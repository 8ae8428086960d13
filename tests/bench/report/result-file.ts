import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LinkModel } from '../host/link.ts';
import type { Plan, Slice } from '../run.ts';
import type { Provenance } from './provenance.ts';
import type { CellSummary } from './summary.ts';

const directory = fileURLToPath(new URL('../results', import.meta.url));

export interface Result {
  readonly provenance: Provenance;
  readonly plan: Plan;
  readonly link: LinkModel;
  readonly summaries: readonly CellSummary[];
  readonly slices: readonly Slice[];
}

/** Writes all samples and the summary as JSON. @returns the file's path */
export function writeResult({ provenance, plan, link, summaries, slices }: Result): string {
  mkdirSync(directory, { recursive: true });
  const time = provenance.date.replaceAll(':', '').replace(/\..*/, '');
  const file = join(directory, `${time}-${provenance.commit.slice(0, 12)}.json`);
  const content = {
    ...provenance,
    link,
    rounds: plan.rounds,
    secondsPerSlice: plan.secondsPerSlice,
    peers: plan.peers.map((peer) => ({
      name: peer.name,
      version: peer.version(),
      encryption: peer.encryption,
    })),
    cells: summaries.map(({ cell, metrics, errors }) => ({ name: cell.name, metrics, errors })),
    slices,
  };
  writeFileSync(file, `${JSON.stringify(content, null, 1)}\n`);
  return file;
}
