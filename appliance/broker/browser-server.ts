import type { ServerResponse } from 'node:http';
import type { Identity } from '../../protocol/node/identity.ts';
import { listenWebTransport } from '../../protocol/node/webtransport-server.ts';
import type { BrowserAccess } from './browser-access.ts';
import { readBrowserFiles } from './browser-files.ts';
import { BrowserRequests } from './browser-requests.ts';
import { listenOrExit, type TerminalContext } from './listen-terminals.ts';
import type { HostPort } from './options.ts';
import { RejectionLog } from './rejection-log.ts';
import { type Admit, greet } from './terminal.ts';

const MAX_CONNECTIONS = 128;

export interface BrowserListener {
  readonly address: string;
  readonly port: number;
  /** Accepts no more and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves the browser terminal over https and takes its links on the same port.
 * @throws ExitError when the address cannot be had or the page is not built
 */
export async function listenBrowsers(
  at: HostPort,
  identity: Identity,
  access: BrowserAccess,
  context: TerminalContext,
  onCodeUsed: () => void,
): Promise<BrowserListener> {
  const { log, host, sessionId } = context;
  const connections = new RejectionLog({
    what: 'browser connection',
    write: (fields, text) => log.info(fields, text),
  });
  const refusals = new RejectionLog({
    what: 'browser',
    write: (fields, text) => log.warn(fields, text),
  });
  const requests = new BrowserRequests({
    access,
    files: readBrowserFiles(),
    log,
    port: () => listener.port,
    onCodeUsed,
    transport: () => ({ http3: listener.http3 }),
  });
  const admit: Admit = (_link, hello) =>
    access.redeemCredential(hello.credential)
      ? { admitted: true, why: 'credential of a browser' }
      : {
          admitted: false,
          message: 'the credential of this page is not valid any more; reload it',
        };
  const listener = await listenOrExit(at, () =>
    listenWebTransport({
      ...at,
      identity,
      admission: true,
      maxConnections: MAX_CONNECTIONS,
      onRequest: (request, response) => requests.handle(request, response as ServerResponse),
      onRejected: (error, peer) => connections.note(peer.address, error.message),
      onLink: (link) =>
        greet(
          link,
          sessionId,
          admit,
          log,
          (terminal) => host.attach(terminal),
          (peer, reason) => refusals.note(peer, reason),
        ),
    }),
  );
  return { address: at.host, port: listener.port, close: () => listener.close() };
}
