import { closeSync, openSync, writeSync } from 'node:fs';
import type { Logger } from '../protocol/node/log.ts';

const EVERY_MS = 5000;

/** What the image says of it: who watches this program looks at the file. */
export interface AliveEnvironment {
  readonly WAYRAY_ALIVE?: string;
  readonly WAYRAY_ALIVE_EVERY_S?: string;
}

/**
 * Writes another number to the file that the environment names, every five seconds, as long as the main loop turns. Does
 * nothing where it names none; keeps no program running.
 */
export function startSigns(environment: AliveEnvironment, log: Logger): Disposable | null {
  const { WAYRAY_ALIVE: file, WAYRAY_ALIVE_EVERY_S: seconds } = environment;
  if (!file) return null;
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r+');
  } catch (error) {
    log.error({ reason: (error as Error).message }, 'nobody will see that this program lives');
    return null;
  }
  let signs = 0;
  const sign = () => {
    signs += 1;
    try {
      writeSync(descriptor, `${signs}\n`, 0);
    } catch (error) {
      log.debug({ reason: (error as Error).message }, 'a sign that is not seen');
    }
  };
  sign();
  const timer = setInterval(sign, Number(seconds) * 1000 || EVERY_MS).unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      closeSync(descriptor);
    },
  };
}
