import { createIdentity } from '../../../protocol/node/certificate.ts';
import { connectTls } from '../../../protocol/node/tls-client.ts';
import type { HeldTerminal, HeldTerminalOptions } from '../held-terminal.ts';
import type { House } from '../house.ts';
import { NamedToken } from './named-token.ts';
import { Recorder } from './recorder.ts';

export interface RecordedTerminal {
  readonly name: string;
  readonly terminal: HeldTerminal;
  readonly recorder: Recorder;
  /** In the order of the files, before other readers of the options, each in a reader of its own. */
  readonly tokens: readonly NamedToken[];
}

/**
 * A terminal with a recorder between it and the server.
 * @param tokenFiles names of files in the house's folder
 */
export async function recordedTerminal(
  house: House,
  name: string,
  colours: ReadonlyMap<number, string>,
  tokenFiles: readonly string[],
  options: Partial<HeldTerminalOptions> = {},
): Promise<RecordedTerminal> {
  const recorder = new Recorder(colours);
  const identity = await createIdentity({ algorithm: 'ed25519', name });
  const connect = () => {
    const [host = '', port] = house.address.split(':');
    return connectTls({ host, port: Number(port), pin: house.fingerprint, identity });
  };
  const tokens = tokenFiles.map((file) => new NamedToken(house.file(file), `slot of ${file}`));
  const terminal = await house.terminal(name, {
    identity,
    connect: recorder.wrap(connect),
    ...options,
    readers: [...tokens, ...(options.readers ?? [])],
  });
  return { name, terminal, recorder, tokens };
}
