import { existsSync, readFileSync } from 'node:fs';
import type { Launch, OwnedProcess, Processes } from './processes.ts';

const startMs = 10_000;
/** Far from the numbers that X servers find by themselves and that other tools prefer. */
const firstNumber = 700;
const lastNumber = 999;

export interface XServer {
  readonly process: OwnedProcess;
  /** e.g. ":703" */
  readonly display: string;
}

/**
 * Starts an X server that takes -displayfd. The number is chosen here: a server inside a network
 * namespace does not see the abstract sockets outside and would take the path of another's socket.
 */
export async function startXServer(processes: Processes, launch: Launch): Promise<XServer> {
  const display = `:${freeNumber()}`;
  const args = [display, ...launch.args, '-displayfd', '1', '-nolisten', 'tcp'];
  const server = processes.start({ ...launch, args });
  await server.explain('start', server.output.next(startMs));
  return { process: server, display };
}

/** The screen that a viewer draws on. */
export function startViewerScreen(processes: Processes): Promise<XServer> {
  const args = ['-screen', '0', '1920x1080x24', '-noreset'];
  return startXServer(processes, { name: 'Xvfb', command: 'Xvfb', args });
}

function freeNumber(): number {
  const sockets = readFileSync('/proc/net/unix', 'utf8');
  for (let number = firstNumber; number <= lastNumber; number++) {
    const socket = `/tmp/.X11-unix/X${number}`;
    const taken = existsSync(`/tmp/.X${number}-lock`) || existsSync(socket);
    if (!taken && !sockets.includes(`@${socket}\n`)) return number;
  }
  throw new Error(`no free X display between :${firstNumber} and :${lastNumber}`);
}
