import { openLog } from '../../protocol/node/log.ts';
import { Admission } from './admission.ts';
import { announce, hostPort } from './announce.ts';
import { BrowserAccess } from './browser-access.ts';
import { listenBrowsers } from './browser-server.ts';
import { checkCommand } from './check-command.ts';
import { endOnSignals } from './ending.ts';
import { browsersInFile } from './known-browsers.ts';
import { type AdmitTerminal, listenTerminals } from './listen-terminals.ts';
import type { SingleUserOptions } from './options.ts';
import { isLoopback, isOwnAddress, peerIsUser } from './peer-user.ts';
import { openServerIdentity } from './server-identity.ts';
import { SessionHost } from './session-host.ts';
import { endLeftovers, findOrStartSession } from './session-process.ts';
import { holdStateDir } from './single-instance.ts';
import { openStateDir } from './state-dir.ts';

const SESSION = 'main';

/** One session of the caller's own, without logins; it ends with the server. */
export async function runSingleUser(options: SingleUserOptions): Promise<void> {
  const log = openLog({
    name: 'wrsrvd',
    level: options.logLevel,
    readable: process.stderr.isTTY === true,
  });
  checkCommand(options.exec);
  const state = openStateDir(options.stateDir);
  await holdStateDir(state.lockSocket);
  const ending = endOnSignals(log);
  const hosts = [options.listen.host, options.listenBrowser.host];
  const identity = await openServerIdentity(state.identity, hosts);
  const admission = new Admission(state.root, options.allowTerminal);
  const known = browsersInFile(state.knownBrowsers, ({ message: reason }) =>
    log.warn({ reason }, 'browsers cannot be remembered: after a restart they need a new code'),
  );
  const access = new BrowserAccess({ known });
  const host = new SessionHost({
    log: log.child({ session: SESSION }),
    start: () => findOrStartSession(SESSION, state, options),
    endLeftovers: () => endLeftovers(SESSION, state),
  });
  ending.owned.push(() => host.end('the server was ended'));

  const context = { sessionId: SESSION, host, log };
  const terminals = await listenTerminals(options.listen, identity, admitBy(admission), context);
  ending.owned.push(() => terminals.close());
  const browsers = await listenBrowsers(options.listenBrowser, identity, access, context, () =>
    announceBrowser(),
  );
  ending.owned.push(() => browsers.close());
  function announceBrowser(): void {
    const url = `https://${hostPort(browsers.address, browsers.port)}/?code=${access.newCode()}`;
    announce(
      { event: 'browser', url },
      `Browser:   ${url}\n           (the code works once; the certificate is the server's own)`,
    );
  }

  await host.start().catch((error: unknown) => {
    // A session that was interrupted on its way up is what was asked for.
    if (!ending.begun) throw error;
  });
  if (ending.begun) return;

  const address = hostPort(terminals.address, terminals.port);
  if (!isLoopback(terminals.address) && admission.waitsForFirst) {
    log.warn(
      { address },
      'the first terminal from another machine within ten minutes is let in and remembered',
    );
  }
  announce(
    { event: 'listening', address, fingerprint: identity.fingerprint, stateDir: state.root },
    `Terminal:  wrclient --server ${address} --pin ${identity.fingerprint}`,
  );
  announceBrowser();
}

const admitBy =
  (admission: Admission): AdmitTerminal =>
  ({ peer: { fingerprint, address } }, _hello, ownPort) => {
    if (fingerprint === null) return { admitted: false, message: 'a terminal needs a certificate' };
    return admission.decide({ fingerprint, ...origin(address, ownPort) });
  };

function origin(peer: string, ownPort: number): { sameUser: () => boolean; local: () => boolean } {
  const [, address = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(peer) ?? [];
  const uid = process.getuid?.();
  return {
    local: () => isOwnAddress(address),
    sameUser: () => uid !== undefined && peerIsUser(uid, { address, port: Number(port) }, ownPort),
  };
}
