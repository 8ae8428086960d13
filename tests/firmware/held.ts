import type { ExecutionContext } from 'ava';
import { createIdentity } from '../../protocol/node/certificate.ts';
import { HeldTerminal, type HeldTerminalOptions } from '../helpers/held-terminal.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { ScriptedBroker } from './scripted-broker.ts';

export interface Bench {
  readonly broker: ScriptedBroker;
  readonly held: HeldTerminal;
}

/** A terminal of 800 x 600 with a software token, at a server that does what the test says. */
export async function open(
  t: ExecutionContext,
  options: Partial<HeldTerminalOptions> = {},
): Promise<Bench> {
  const broker = await ScriptedBroker.start(t);
  const scratch = scratchFolder();
  const identity = await createIdentity({ algorithm: 'ed25519', name: 'held terminal' });
  const held = new HeldTerminal({
    address: broker.address,
    fingerprint: broker.identity.fingerprint,
    identity,
    width: 800,
    height: 600,
    tokenFile: `${scratch.path}/token`,
    ...options,
  });
  t.teardown(() => {
    held.end();
    scratch[Symbol.dispose]();
  });
  await broker.attached();
  return { broker, held };
}
