import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Namespaces } from '../../bench/host/namespaces.ts';
import { Program, repository } from '../../helpers/program.ts';
import type { Moving } from './big-window.ts';
import type { Outcome } from './scenario.ts';

const SOURCES = ['link-bridge.c', 'link-direction.c', 'link-tun.c'];

/** The link between two namespaces, made by the compiler alone: the bench's other programs want libraries. */
function buildBridge(): string {
  const folder = join(repository, 'tests/system/build');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'link-bridge');
  const sources = SOURCES.map((name) => join(repository, 'tests/bench/native', name));
  execFileSync('cc', ['-O2', '-o', program, ...sources]);
  return program;
}

/** Plays in two namespaces of their own. @throws Error when this is not root */
export async function stage(moving: Moving, lossPpm: number): Promise<Outcome> {
  using namespaces = new Namespaces();
  const [server, viewer] = [namespaces.add(), namespaces.add()];
  const player = new Program(
    'tests/system/links/player.ts',
    [moving, String(lossPpm), server, viewer, buildBridge()],
    process.env,
    ['nsenter', `--net=/run/netns/${viewer}`, 'setpriv', '--pdeathsig=TERM'],
  );
  const { status, stdout, stderr } = await player.ended;
  const said = /^outcome (.*)$/m.exec(stdout)?.[1];
  if (status !== 0 || !said) throw new Error(`the play ended with ${status}: ${stdout}${stderr}`);
  return JSON.parse(said) as Outcome;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
