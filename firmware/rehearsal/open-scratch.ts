import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from '../../protocol/node/log.ts';
import type { TerminalOptions } from '../options.ts';
import type { ScratchTerminal } from './scratch-terminal.ts';

/** By one alone V8 would learn that there are no others, and begin anew with the real one's first key. */
const TERMINALS = 3;

/** Loads what they need. */
export async function openScratch(
  display: TerminalOptions['display'],
  log: Logger,
): Promise<ScratchTerminal[]> {
  const { ScratchTerminal } = await import('./scratch-terminal.ts');
  const stand = await standFor(display);
  using owned = new DisposableStack();
  const terminals: ScratchTerminal[] = [];
  for (let i = 0; i < TERMINALS; i++) {
    terminals.push(owned.use(new ScratchTerminal(stand, log)));
    // Each takes milliseconds: a person's key comes between them.
    await turn();
  }
  owned.move();
  return terminals;
}

async function standFor(display: TerminalOptions['display']) {
  if (display === 'window') return (await import('./window-stand.ts')).openWindowStand;
  return (await import('./plain-stand.ts')).openPlainStand;
}
