import { hostname } from 'node:os';
import { ConfigError } from '../../protocol/errors.ts';
import { EXIT, ExitError, runProgram } from '../../protocol/node/cli.ts';
import { type Identity, loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { type Logger, openLog } from '../../protocol/node/log.ts';
import { Admission } from './admission.ts';
import { BrowserAccess } from './browser-access.ts';
import { listenBrowsers } from './browser-server.ts';
import { checkCommand } from './check-command.ts';
import { browsersInFile } from './known-browsers.ts';
import { listenTerminals } from './listen-terminals.ts';
import { parseBrokerOptions } from './options.ts';
import { isLoopback } from './peer-user.ts';
import { SessionHost } from './session-host.ts';
import { endLeftovers, findOrStartSession } from './session-process.ts';
import { holdStateDir } from './single-instance.ts';
import { openStateDir, type StateDir } from './state-dir.ts';

const SESSION = 'main';

await runProgram('wrsrvd', async () => {
  const options = parseBrokerOptions(process.argv.slice(2));
  const log = openLog({
    name: 'wrsrvd',
    level: options.logLevel,
    readable: process.stderr.isTTY === true,
  });
  checkCommand(options.exec);
  const state = openStateDir(options.stateDir);
  await holdStateDir(state.lockSocket);
  const ending = endOnSignals(log);
  const identity = await openIdentity(state, [options.listen.host, options.listenBrowser.host]);
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
  const terminals = await listenTerminals(options.listen, identity, admission, context);
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
});

interface Ending {
  begun: boolean;
  /** What there is to end so far. */
  readonly owned: (() => Promise<void>)[];
}

/** A signal ends what is owned by then, and the program. */
function endOnSignals(log: Logger): Ending {
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

async function openIdentity(state: StateDir, hosts: readonly string[]): Promise<Identity> {
  try {
    return await loadOrCreateIdentity(state.identity, {
      algorithm: 'ecdsa-p256',
      name: `WayRay server ${hostname()}`,
      hosts: [...new Set([...hosts, 'localhost', '127.0.0.1', hostname()])],
    });
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ExitError(error.message, EXIT.config, { cause: error });
    throw error;
  }
}

// Whoever read it may have gone: that ends nothing.
process.stdout.on('error', () => {});

/** Standard output is for whoever started the server: words for a person, one JSON object per line for a program. */
function announce(facts: Record<string, string>, words: string): void {
  process.stdout.write(process.stdout.isTTY ? `${words}\n` : `${JSON.stringify(facts)}\n`);
}

/** What people type to get here; an address that stands for all of this machine's is told by its name. */
function hostPort(address: string, port: number): string {
  const host = address === '0.0.0.0' || address === '::' ? hostname() : address;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
