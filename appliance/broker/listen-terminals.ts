import { ExitError } from '../../protocol/node/cli.ts';
import type { Identity } from '../../protocol/node/identity.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { listenTls, type TlsListener } from '../../protocol/node/tls-listener.ts';
import type { HostPort } from './options.ts';
import { RejectionLog } from './rejection-log.ts';
import { type Admit, greet, type Terminal } from './terminal.ts';

/** What every listener needs to bring a terminal to its session. */
export interface TerminalContext {
  readonly sessionId: string;
  readonly host: { attach(terminal: Terminal): void };
  readonly log: Logger;
}

/** @param ownPort where the terminal has connected to */
export type AdmitTerminal = (...args: [...Parameters<Admit>, ownPort: number]) => ReturnType<Admit>;

/** Listens for wrclient. @throws ExitError when the address cannot be had */
export async function listenTerminals(
  at: HostPort,
  identity: Identity,
  admit: AdmitTerminal,
  context: TerminalContext,
): Promise<TlsListener> {
  const { log, host, sessionId } = context;
  const connections = new RejectionLog({
    what: 'connection',
    write: (fields, text) => log.info(fields, text),
  });
  const refusals = new RejectionLog({
    what: 'terminal',
    write: (fields, text) => log.warn(fields, text),
  });
  const listener: TlsListener = await listenOrExit(at, () =>
    listenTls({
      ...at,
      identity,
      admission: true,
      onRejected: (error, peer) => connections.note(peer.address, error.message),
      onLink: (link) =>
        greet(
          link,
          sessionId,
          (peer, hello) => admit(peer, hello, listener.port),
          log,
          (terminal) => host.attach(terminal),
          (peer, reason) => refusals.note(peer, reason),
        ),
    }),
  );
  return listener;
}

/** Turns the system's refusal of an address into the one line that its user needs. */
export async function listenOrExit<T>(
  { host, port }: HostPort,
  listen: () => Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'the port is in use' : (code ?? message);
    throw new ExitError(`cannot listen on ${host}:${port}: ${why}`, 1, { cause });
  }
}
