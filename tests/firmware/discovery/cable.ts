import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { eventually } from '../../helpers/eventually.ts';

export const SERVER = '10.67.0.1';
export const TERMINAL = '10.67.0.2';

/** Networks need root, as CI has it. */
const canMakeNetworks =
  process.getuid?.() === 0 && spawnSync('unshare', ['--net', 'true']).status === 0;
export const inNetwork = canMakeNetworks ? test.serial : test.serial.skip;

/** A network namespace that lives as long as the test. */
export async function namespace(t: ExecutionContext): Promise<ChildProcess> {
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 120'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.teardown(() => holder.kill('SIGKILL'));
  await once(holder.stdout as NodeJS.ReadableStream, 'data');
  return holder;
}

/** What a command begins with to run there. */
export const within = ({ pid }: ChildProcess): string[] => [
  'nsenter',
  '--net',
  '--target',
  `${pid}`,
];

/** Runs a command there to its end. @returns its output */
export function run(prefix: readonly string[], words: string): string {
  const [program = '', ...rest] = [...prefix, ...words.split(' ')];
  return execFileSync(program, rest, { encoding: 'utf8' });
}

export interface Cable {
  readonly server: string[];
  readonly terminal: string[];
}

/** Two namespaces joined by a cable, without addresses. */
export async function bareCable(t: ExecutionContext): Promise<Cable> {
  const [one, two] = [await namespace(t), await namespace(t)];
  run(within(one), `ip link add cable type veth peer name cable netns ${two.pid}`);
  for (const place of [one, two]) run(within(place), 'ip link set cable up');
  for (const place of [one, two]) run(within(place), 'ip link set lo up');
  // The kernel notes a moment later that there is somebody at the other end.
  for (const place of [one, two]) await eventually(() => needCarrier(within(place)));
  return { server: within(one), terminal: within(two) };
}

/** The same with addresses at both ends. */
export async function cable(t: ExecutionContext): Promise<Cable> {
  const ends = await bareCable(t);
  run(ends.server, `ip address add ${SERVER}/24 dev cable`);
  run(ends.terminal, `ip address add ${TERMINAL}/24 dev cable`);
  return ends;
}

function needCarrier(prefix: readonly string[]): void {
  const link = run(prefix, 'ip -brief link show cable');
  if (!/ UP /.test(link)) throw new Error(link);
}
