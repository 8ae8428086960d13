import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnedProcess } from './processes.ts';

const pollMs = 20;
const listenState = '0A';

/**
 * For programs that do not say when they are ready: looks until there is something.
 * @throws Error naming what was missing when the program ends or timeoutMs is over
 */
async function lookFor<T>(
  what: string,
  child: OwnedProcess,
  timeoutMs: number,
  look: () => T | undefined,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  const wait = async () => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (child.hasExited) throw new Error('it ended');
      if (performance.now() > deadline) throw new Error(`nothing within ${timeoutMs} ms`);
      await sleep(pollMs);
    }
  };
  return await child.explain(what, wait());
}

/** @returns the name of the first file in the directory that matches */
export function untilFile(
  child: OwnedProcess,
  directory: string,
  name: RegExp,
  timeoutMs: number,
): Promise<string> {
  return lookFor(`file ${name}`, child, timeoutMs, () =>
    existsSync(directory) ? readdirSync(directory).find((file) => name.test(file)) : undefined,
  );
}

/** Resolves when something in the child's network namespace listens on the TCP port (IPv4). */
export async function untilListening(
  child: OwnedProcess,
  port: number,
  timeoutMs: number,
): Promise<void> {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  await lookFor(`port ${port}`, child, timeoutMs, () =>
    readFileSync(`/proc/${child.pid}/net/tcp`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find(([, local, , state]) => local?.endsWith(ending) && state === listenState),
  );
}
