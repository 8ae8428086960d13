import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LaunchError } from './launcher.ts';

/**
 * Waits for wrcomp's one line: `ready`, or why not. Rejects with LaunchError, also when `gone` resolves first.
 * @param log where wrcomp says more
 */
export async function wrcompReady(
  pipe: Readable,
  gone: Promise<string>,
  timeoutMs: number,
  log: string,
): Promise<void> {
  const lines = createInterface({ input: pipe });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (what: string): void => reject(new LaunchError(`${what}; its log is ${log}`));
  lines.once('line', (line) =>
    line === 'ready' ? resolve() : fail(`wrcomp does not start: ${line.slice(0, 500)}`),
  );
  pipe.once('error', (error) => fail(`wrcomp cannot be heard: ${error.message}`));
  void gone.then((reason) => fail(`wrcomp ended while starting (${reason})`));
  const timer = setTimeout(
    () => fail(`wrcomp is not ready after ${timeoutMs / 1000} s`),
    timeoutMs,
  );
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    lines.close();
    pipe.destroy();
  }
}
