import { fileURLToPath } from 'node:url';
import { engineFlags } from '../host/engine-flags.ts';
import type { OwnedProcess, Processes } from '../host/processes.ts';

export interface DesksOptions {
  readonly processes: Processes;
  readonly directory: string;
  /** host:port of the server; port 0 for any. */
  readonly listen: string;
  readonly serverNamespace?: string;
  readonly terminalNamespace?: string;
  readonly token: 'software' | 'card';
  /** Shell command of the session. */
  readonly exec: string;
  readonly width: number;
  readonly height: number;
}

/** Starts a program of this folder. @param plan its only argument */
export function startProcess(
  { processes }: DesksOptions,
  name: 'house-process' | 'seat',
  plan: object,
  place: { namespace?: string | undefined; env?: Readonly<Record<string, string>> | undefined },
): OwnedProcess {
  const main = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  return processes.start({
    name,
    command: process.execPath,
    args: [...engineFlags, '--disable-warning=ExperimentalWarning', main, JSON.stringify(plan)],
    ...(place.namespace ? { namespace: place.namespace } : {}),
    ...(place.env ? { env: place.env } : {}),
  });
}
