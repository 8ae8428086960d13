import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findAccount, hideMemory, keepDescriptors } from '../../native/process/index.ts';
import { ConfigError } from '../../protocol/errors.ts';
import { EXIT, ExitError, runProgram } from '../../protocol/node/cli.ts';
import { openLog } from '../../protocol/node/log.ts';
import { makePassage, PassageError } from '../make-passage.ts';
import { Audit, AuditFile } from './audit.ts';
import { BrokerConnection, type BrokerConnectionDeps } from './broker-connection.ts';
import type { SessdConfig } from './config/config.ts';
import { type LoadedConfig, loadConfig } from './config/load.ts';
import { type GivenOptions, parseSessdCommandLine, type TestOptions } from './config/options.ts';
import { Greeters } from './greeters.ts';
import { Host } from './host.ts';
import type { Launcher } from './launch/launcher.ts';
import { listen, mustBeUnserved } from './listener.ts';
import { Attempts, DEFAULT_ATTEMPTS } from './login/attempts.ts';
import { type AuthenticationDeps, DEFAULT_TIMES } from './login/authentication.ts';
import { DEFAULT_FAILURE_TIME } from './login/failure-time.ts';
import { pamSpawner, type SpawnPam } from './login/pam-process.ts';
import type { SessionRecord } from './pam/messages.ts';
import { RunningSessions } from './running-sessions.ts';
import { openLauncher, type SessionSettings } from './settings.ts';
import type { Answer } from './wire/broker-messages.ts';

const SERVICES = {
  login: 'wayray',
  card: 'wayray-card',
  unlock: 'wayray-unlock',
  greeter: 'wayray-greeter',
};
/** One wrsrvd, one that takes its place, and a few of root's own. */
const BROKERS_MAX = 8;

await runProgram('wrsessd', async () => {
  const { checkOnly, given, test } = parseSessdCommandLine(process.argv.slice(2));
  const { config, file } = configOf(given);
  if (checkOnly) return void process.stdout.write(`${file ?? 'no file, only defaults'}: correct\n`);
  if (process.getuid?.() !== 0) throw new ExitError('wrsessd must run as root', EXIT.config);
  hideMemory();
  const log = openLog({
    name: 'wrsessd',
    level: config.logLevel,
    readable: process.stderr.isTTY === true,
  });
  keepOwnDescriptors((reason) =>
    log.warn({ reason }, 'sessions inherit what descriptors wrsessd was started with'),
  );
  const settings = settingsOf(config, test);
  openRunDir(settings.places.runDir);
  using auditFile = new AuditFile(join(config.logDir, 'audit.jsonl'));
  const audit = new Audit(auditFile, (error) =>
    log.error({ err: error }, 'the audit log cannot be written'),
  );

  const brokers = new Set<BrokerConnection>();
  const tell = (answer: Parameters<BrokerConnection['send']>[0]): void => {
    for (const broker of brokers) broker.send(answer);
  };
  const launcher = launcherOf(settings, (message) => log.warn(message));
  const sessions = new RunningSessions({
    places: settings.places,
    launcher,
    audit,
    log,
    onStarted: (record, id) => tell(startedAnswer(record, id)),
    onEnded: (session, reason) => tell({ type: 'session_ended', session, reason }),
  });
  // Sessions that another one is preparing look like what a dead one has left.
  await mustBeUnserved(config.socket);
  await sessions.findAll();

  const authentication = authenticationDeps(
    config,
    test,
    pamSpawner(launcher, settings.places),
    audit,
  );
  const connection: BrokerConnectionDeps = {
    sessions,
    authentication,
    greeters: new Greeters({ ...authentication, ...greeterDeps(config), sessions }),
    host: new Host(config.shutdown, audit),
    services: SERVICES,
    audit,
    load: { logins: 0, max: config.maxLogins },
    onClose: (broker) => brokers.delete(broker),
  };
  const server = await listen({
    path: config.socket,
    brokerUid: settings.brokerUid,
    maxConnections: BROKERS_MAX,
    audit,
    onBroker: (socket) => brokers.add(new BrokerConnection(socket, connection)),
  });
  log.info({ socket: config.socket, file, sessions: sessions.all.length }, 'wrsessd serves');

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  // Sessions run on: whoever restarts wrsessd does not mean to log everybody out.
  server.close();
  for (const broker of brokers) broker[Symbol.dispose]();
  sessions[Symbol.dispose]();
});
// Node would wait for the keepers of sessions, which stay.
process.exit(EXIT.ok);

/** What root's shell or script had open is no user's business. */
function keepOwnDescriptors(warn: (reason: string) => void): void {
  try {
    keepDescriptors();
  } catch (error) {
    warn((error as Error).message);
  }
}

function openRunDir(folder: string): void {
  try {
    makePassage(folder);
  } catch (cause) {
    if (!(cause instanceof PassageError)) throw cause;
    throw new ExitError(`run-dir: ${cause.message}`, EXIT.config, { cause });
  }
}

function configOf(given: GivenOptions): LoadedConfig {
  try {
    return loadConfig(given);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new ExitError(cause.message, EXIT.config, { cause });
  }
}

function settingsOf(config: SessdConfig, test: TestOptions): SessionSettings {
  const { runDir, logDir, launcher, exec, systemConfig, limits } = config;
  const broker = findAccount(config.brokerUser);
  if (!broker)
    throw new ExitError(`broker-user: there is no user ${config.brokerUser}`, EXIT.config);
  return {
    places: { runDir, logDir },
    ...{ launcher, exec, systemConfig, limits },
    brokerUid: broker.uid,
    pamService: SERVICES.login,
    readyTimeoutMs: 20_000,
    endTimeoutMs: 10_000,
    ...(test.program === undefined ? {} : { program: test.program }),
    ...(test.greeter === undefined ? {} : { greeterProgram: test.greeter }),
    ...(test.withoutCgroups ? { withoutCgroups: true } : {}),
  };
}

function greeterDeps({ greeterUser: user, maxGreeters: max }: SessdConfig) {
  return { user, max, service: SERVICES.greeter, startMs: DEFAULT_TIMES.startMs };
}

function startedAnswer({ greeter, ...record }: SessionRecord, id: string): Answer {
  if (!greeter) return { type: 'session_started', id, ...record };
  const { user: _, ...rest } = record;
  return { type: 'greeter_started', id, ...rest };
}

function launcherOf(settings: SessionSettings, warn: (message: string) => void): Launcher {
  try {
    return openLauncher(settings, warn);
  } catch (cause) {
    throw new ExitError((cause as Error).message, EXIT.config, { cause });
  }
}

function authenticationDeps(
  { pamConfdir, minUid }: SessdConfig,
  { times }: TestOptions,
  spawn: SpawnPam,
  audit: Audit,
): AuthenticationDeps {
  const { floorMs, jitterMs } = { ...DEFAULT_FAILURE_TIME, ...times };
  const { workMs, answerMs } = { ...DEFAULT_TIMES, ...times };
  const free = times.freeAttempts ?? DEFAULT_ATTEMPTS.free;
  return {
    spawn,
    attempts: new Attempts({ ...DEFAULT_ATTEMPTS, free }),
    audit,
    failureTime: { floorMs, jitterMs },
    times: { ...DEFAULT_TIMES, workMs, answerMs },
    minUid,
    now: () => performance.now(),
    random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
    ...(pamConfdir === null ? {} : { confdir: pamConfdir }),
  };
}
