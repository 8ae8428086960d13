import { hostname } from 'node:os';
import { hideMemory } from '../../native/process/index.ts';
import type { Identity } from '../../protocol/node/identity.ts';
import { type Logger, openLog } from '../../protocol/node/log.ts';
import { openAdminServer } from '../admin/server.ts';
import type { EventRegistry, Registry } from '../registry/registry.ts';
import { openRegistry } from '../registry/sqlite-registry.ts';
import { announce, hostPort } from './announce.ts';
import { BrowserAccess } from './browser-access.ts';
import { type BrowserListener, listenBrowsers } from './browser-server.ts';
import { readCardTrust } from './cards/trust.ts';
import { checkGreeterUser } from './config/check.ts';
import { loadServerConfig, type ServerConfig } from './config/config.ts';
import { deskPolicy } from './config/desk-policy.ts';
import { Attempts } from './desk/attempts.ts';
import { SYSTEM_CLOCK } from './desk/clock.ts';
import { HouseDesks } from './desk/house-desks.ts';
import { endOnSignals } from './ending.ts';
import { Administration } from './floor/administration.ts';
import { Floor } from './floor/floor.ts';
import { Ledger } from './floor/ledger.ts';
import { watchCompositor } from './floor/watch.ts';
import { browsersInFile } from './known-browsers.ts';
import { listenTerminals, type TerminalContext } from './listen-terminals.ts';
import type { MultiUserOptions } from './options.ts';
import { rateControl } from './rate-control.ts';
import { openServerFolders, type ServerFolders } from './server-folders.ts';
import { hostsOf, openServerIdentity } from './server-identity.ts';
import { SessdClient } from './sessd/client.ts';
import { holdStateDir } from './single-instance.ts';

interface House {
  readonly desks: HouseDesks;
  readonly floor: Floor;
  readonly sessd: SessdClient;
}

/**
 * The server for many people: they log in, and their sessions follow them from terminal to terminal. Sessions are
 * wrsessd's, and run on when this ends.
 */
export async function runMultiUser(options: MultiUserOptions): Promise<void> {
  // Passwords and the registry's keys go through it: no dump of it may lie around.
  hideMemory();
  const config = loadServerConfig(options.config);
  const log = openLog({
    name: 'wrsrvd',
    level: options.logLevel ?? config.logLevel,
    readable: process.stderr.isTTY === true,
  });
  const folders = openServerFolders(config);
  await holdStateDir(folders.lockSocket);
  const ending = endOnSignals(log);
  const identity = await openServerIdentity(folders.identity, hostsOf(config));
  const registry = openRegistry(folders.state, {
    credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'],
  });
  const house = openHouse(config, folders, identity, registry, log);
  await house.floor.load(registry);
  ending.owned.push(async () => {
    // Their sessions are locked by that, as by any end of a terminal's link.
    await house.desks.close('the server was ended');
    house.sessd[Symbol.dispose]();
    await house.floor.close();
  });

  const context: TerminalContext = {
    sessionId: '',
    host: { attach: (terminal) => house.desks.come(terminal) },
    log,
  };
  const { admit } = house.desks;
  const terminals = await listenTerminals(config.listen, identity, admit, context);
  ending.owned.push(() => terminals.close());
  const browsers = await openBrowsers(config, folders, identity, context);
  if (browsers) ending.owned.push(() => browsers.close());
  const administration = new Administration({
    ...house,
    config,
    terminalChanged: () => house.desks.terminalsChanged(),
    tokenChanged: (hash, change) => {
      if (change === 'removed') house.floor.tokenGone(hash);
      house.desks.tokenChanged(hash);
    },
  });
  const { admin } = config;
  const backend = administration;
  const adminServer = await openAdminServer({ backend, registry, config: admin, identity, log });
  ending.owned.push(() => adminServer.close());
  house.sessd.open();

  const address = hostPort(terminals.address, terminals.port);
  log.info({ rateControl: rateControl() }, 'the rate of terminals is controlled');
  announce(
    { event: 'listening', address, fingerprint: identity.fingerprint, stateDir: folders.state },
    `Terminal:  wrclient --server ${address} --pin ${identity.fingerprint}`,
  );
}

function openHouse(
  config: ServerConfig,
  folders: ServerFolders,
  identity: Identity,
  registry: Registry,
  log: Logger,
): House {
  const greeterUid = checkGreeterUser(config.greeter.user);
  const sessd: SessdClient = new SessdClient(config.wrsessd, log, {
    onUp: (sessions) => floor.onUp(sessions),
    onDown: () => floor.onDown(),
    onEnded: (session, reason) => floor.onEnded(session, reason),
    onStray: (session) => floor.onStray(session),
  });
  const ledger = new Ledger(registry, log);
  const desks = new HouseDesks({
    logins: sessd,
    registry: { ...registry, events: eventsBy(ledger, registry) },
    policy: deskPolicy(config, { socketDir: folders.greeters, uid: greeterUid }),
    attempts: new Attempts(SYSTEM_CLOCK.nowMs),
    trust: config.cardCaFile === null ? null : readCardTrust(config.cardCaFile),
    serverFingerprint: identity.fingerprint,
    host: hostname(),
    clock: SYSTEM_CLOCK,
    wallMs: Date.now,
    log,
    shutdown: {
      isOffered: () => config.greeter.shutdown && sessd.mayShutDown('poweroff'),
      ask: (terminal) => sessd.shutdownHost(terminal, 'poweroff'),
    },
  });
  const floor: Floor = new Floor({
    desks,
    sessd,
    ledger,
    policy: config.policy,
    defaultChoice: config.greeter.sessions[0]?.id ?? null,
    log,
    watch: watchCompositor,
    nowMs: Date.now,
  });
  desks.open(floor);
  return { desks, floor, sessd };
}

/** What desks note goes with the rest, off the way from a card to its picture. */
const eventsBy = (ledger: Ledger, { events }: Registry): EventRegistry => ({
  append: async (drafts) => {
    for (const draft of drafts) ledger.audit(draft);
  },
  since: (after, limit) => events.since(after, limit),
  latest: (limit) => events.latest(limit),
  byCode: (...args) => events.byCode(...args),
});

/** Browsers come in with a one-time code, which stands on standard output. */
async function openBrowsers(
  config: ServerConfig,
  folders: ServerFolders,
  identity: Identity,
  context: TerminalContext,
): Promise<BrowserListener | null> {
  if (config.listenBrowser === null) return null;
  const known = browsersInFile(folders.knownBrowsers, ({ message: reason }) =>
    context.log.warn({ reason }, 'browsers cannot be remembered'),
  );
  const access = new BrowserAccess({ known });
  const browsers = await listenBrowsers(config.listenBrowser, identity, access, context, () =>
    tell(),
  );
  function tell(): void {
    const url = `https://${hostPort(browsers.address, browsers.port)}/?code=${access.newCode()}`;
    announce({ event: 'browser', url }, `Browser:   ${url}`);
  }
  tell();
  return browsers;
}
