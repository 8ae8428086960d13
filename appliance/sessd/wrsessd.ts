import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findAccount, hideMemory } from '../../native/process/index.ts';
import { EXIT, ExitError, runProgram } from '../../protocol/node/cli.ts';
import { openLog } from '../../protocol/node/log.ts';
import { Audit, AuditFile } from './audit.ts';
import { BrokerConnection, type BrokerConnectionDeps } from './broker-connection.ts';
import { Greeters } from './greeters.ts';
import { Host } from './host.ts';
import type { Launcher } from './launch/launcher.ts';
import { listen } from './listener.ts';
import { Attempts, DEFAULT_ATTEMPTS } from './login/attempts.ts';
import { type AuthenticationDeps, DEFAULT_TIMES } from './login/authentication.ts';
import { DEFAULT_FAILURE_TIME } from './login/failure-time.ts';
import { pamSpawner } from './login/pam-process.ts';
import { parseSessdOptions, type SessdOptions } from './options.ts';
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
  const options = parseSessdOptions(process.argv.slice(2));
  if (process.getuid?.() !== 0) throw new ExitError('wrsessd must run as root', EXIT.config);
  hideMemory();
  const log = openLog({
    name: 'wrsessd',
    level: options.logLevel,
    readable: process.stderr.isTTY === true,
  });
  const settings = settingsOf(options);
  mkdirSync(settings.places.runDir, { recursive: true, mode: 0o711 });
  using auditFile = new AuditFile(join(options.logDir, 'audit.jsonl'));
  const audit = new Audit(auditFile, (error) =>
    log.error({ err: error }, 'the audit log cannot be written'),
  );

  const brokers = new Set<BrokerConnection>();
  const tell = (answer: Parameters<BrokerConnection['send']>[0]): void => {
    for (const broker of brokers) broker.send(answer);
  };
  const sessions = new RunningSessions({
    places: settings.places,
    launcher: launcherOf(settings, (message) => log.warn(message)),
    audit,
    log,
    onStarted: (record, id) => tell(startedAnswer(record, id)),
    onEnded: (session, reason) => tell({ type: 'session_ended', session, reason }),
  });
  await sessions.findAll();

  const authentication = authenticationDeps(options, settings, audit);
  const connection: BrokerConnectionDeps = {
    sessions,
    authentication,
    greeters: new Greeters({ ...authentication, ...greeterDeps(options), sessions }),
    host: new Host({}, audit),
    services: SERVICES,
    audit,
    load: { logins: 0, max: options.maxLogins },
    onClose: (broker) => brokers.delete(broker),
  };
  const server = await listen({
    path: options.socket,
    brokerUid: settings.brokerUid,
    maxConnections: BROKERS_MAX,
    audit,
    onBroker: (socket) => brokers.add(new BrokerConnection(socket, connection)),
  });
  log.info({ socket: options.socket, sessions: sessions.all.length }, 'wrsessd serves');

  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, resolve);
  });
  // Sessions run on: whoever restarts wrsessd does not mean to log everybody out.
  server.close();
  for (const broker of brokers) broker[Symbol.dispose]();
  sessions[Symbol.dispose]();
});

function settingsOf(options: SessdOptions): SessionSettings {
  const broker = findAccount(options.brokerUser);
  if (!broker)
    throw new ExitError(`--broker-user: there is no user ${options.brokerUser}`, EXIT.config);
  const { testProgram, testGreeter, testWithoutCgroups } = options;
  return {
    places: { runDir: options.runDir, logDir: options.logDir },
    launcher: options.launcher,
    brokerUid: broker.uid,
    exec: options.exec ?? null,
    systemConfig: options.systemConfig,
    limits: options.limit,
    pamService: SERVICES.login,
    readyTimeoutMs: 20_000,
    endTimeoutMs: 10_000,
    ...(testProgram === undefined ? {} : { program: testProgram }),
    ...(testGreeter === undefined ? {} : { greeterProgram: testGreeter }),
    ...(testWithoutCgroups ? { withoutCgroups: true } : {}),
  };
}

function greeterDeps(options: SessdOptions) {
  const { greeterUser: user, maxGreeters: max } = options;
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
  options: SessdOptions,
  settings: SessionSettings,
  audit: Audit,
): AuthenticationDeps {
  const { testTimes = {}, pamConfdir, minUid } = options;
  const { floorMs, jitterMs } = { ...DEFAULT_FAILURE_TIME, ...testTimes };
  const { workMs, answerMs } = { ...DEFAULT_TIMES, ...testTimes };
  const free = testTimes.freeAttempts ?? DEFAULT_ATTEMPTS.free;
  return {
    spawn: pamSpawner(settings),
    attempts: new Attempts({ ...DEFAULT_ATTEMPTS, free }),
    audit,
    failureTime: { floorMs, jitterMs },
    times: { ...DEFAULT_TIMES, workMs, answerMs },
    minUid,
    now: () => performance.now(),
    random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
    ...(pamConfdir === undefined ? {} : { confdir: pamConfdir }),
  };
}
