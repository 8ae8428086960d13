import { EXIT } from '../../protocol/node/cli.ts';
import type { Logger } from '../../protocol/node/log.ts';

export interface Ending {
  begun: boolean;
  /** What there is to end so far. */
  readonly owned: (() => Promise<void>)[];
}

/** A signal ends what is owned by then, and the program. */
export function endOnSignals(log: Logger): Ending {
  const ending: Ending = { begun: false, owned: [] };
  const end = async (signal: string) => {
    if (ending.begun) return;
    ending.begun = true;
    log.info({ signal }, 'server ends');
    await Promise.all(ending.owned.map((close) => close()));
    process.exit(EXIT.ok);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void end(signal));
  return ending;
}
