import { ConfigError } from '../../../protocol/errors.ts';
import { LOG_LEVELS, type LogLevel } from '../../../protocol/node/log.ts';
import { flag, listOf, oneOf } from '../../../protocol/node/toml-checks.ts';
import {
  checkPolicy,
  DEFAULT_POLICY,
  IDLE_ACTIONS,
  type SessionPolicy,
} from '../../../protocol/session/policy.ts';
import { type AdminConfig, DEFAULT_ADMIN_CONFIG } from '../../admin/config.ts';
import type { HostPort } from '../options.ts';
import { type ConfigFiles, readConfigFiles } from './files.ts';
import { Keys } from './keys.ts';
import * as value from './values.ts';

/** What wrsrvd is told by its configuration; docs/wrsrvd.md describes each key. */
export interface ServerConfig {
  readonly listen: HostPort;
  readonly listenBrowser: HostPort | null;
  readonly stateDir: string;
  /** Sockets; gone with the machine's power. */
  readonly runDir: string;
  readonly wrsessd: string;
  readonly logLevel: LogLevel;
  readonly admin: AdminConfig;
  readonly admission: 'auto' | 'approval' | 'code';
  readonly tokenRegistration: 'none' | 'first-use';
  readonly cardCaFile: string | null;
  readonly greeter: GreeterConfig;
  readonly policy: SessionPolicy;
}

export interface GreeterConfig {
  readonly idlePage: 'greeter' | 'insert-card';
  readonly loginWithoutCard: boolean;
  readonly user: string;
  readonly shutdown: boolean;
  readonly highContrast: boolean;
  readonly locale: string | null;
  readonly keyboardLayouts: readonly value.LayoutChoice[];
  readonly sessions: readonly value.SessionChoice[];
}

/**
 * Reads and checks the configuration once.
 * @param file null: /etc/wayray/wrsrvd.toml, or the defaults where there is none
 * @throws ConfigError naming file, key and what was expected
 */
export function loadServerConfig(file: string | null): ServerConfig {
  return parseServerConfig(readConfigFiles(file));
}

export function parseServerConfig(files: ConfigFiles): ServerConfig {
  const keys = new Keys(files);
  const config: ServerConfig = {
    listen: keys.take('listen', value.hostPort, { host: '0.0.0.0', port: 7600 }),
    listenBrowser: keys.take('listen-browser', value.hostPortOrNone, null),
    stateDir: keys.take('state-dir', value.path, '/var/lib/wayray'),
    runDir: keys.take('run-dir', value.path, '/run/wayray/wrsrvd'),
    wrsessd: keys.take('wrsessd-socket', value.path, '/run/wayray/wrsessd.sock'),
    logLevel: keys.take('log-level', oneOf(...LOG_LEVELS), 'info'),
    admin: adminOf(keys),
    admission: keys.take('terminals.admission', oneOf('auto', 'approval', 'code'), 'approval'),
    tokenRegistration: keys.take('tokens.registration', oneOf('none', 'first-use'), 'none'),
    cardCaFile: keys.take('cards.ca-file', value.pathOrNone, null),
    greeter: greeterOf(keys),
    policy: policyOf(keys),
  };
  keys.end();
  return frozen(config);
}

function adminOf(keys: Keys): AdminConfig {
  const { socket, listen, keyFile, group } = DEFAULT_ADMIN_CONFIG;
  return {
    socket: keys.take('admin.socket', value.pathOrNone, socket),
    listen: keys.take('admin.listen', value.hostPortOrNone, listen),
    keyFile: keys.take('admin.key-file', value.path, keyFile),
    group: keys.take('admin.group', value.groupName, group),
  };
}

function greeterOf(keys: Keys): GreeterConfig {
  const locale = keys.take('greeter.locale', value.locale, '');
  const folder = keys.take('greeter.system-config', value.path, '/etc/wayray');
  return {
    idlePage: keys.take('greeter.idle-page', oneOf('greeter', 'insert-card'), 'insert-card'),
    loginWithoutCard: keys.take('greeter.login-without-card', flag, true),
    user: keys.take('greeter.user', value.userName, 'wayray-greeter'),
    shutdown: keys.take('greeter.shutdown', flag, false),
    highContrast: keys.take('greeter.high-contrast', flag, false),
    locale: locale === '' ? null : locale,
    keyboardLayouts: keys.take('greeter.layouts', listOf(value.layoutChoice, 64), []),
    sessions: keys.take('greeter.sessions', value.sessionChoices(folder), []),
  };
}

function policyOf(keys: Keys): SessionPolicy {
  const { startMs, loginMs, idle, suspendedMs, lifetimeMs, lockOnDetach, unlock } = DEFAULT_POLICY;
  const afterMs = keys.take('policy.idle-after', value.timeOrNever, idle?.afterMs ?? null);
  const action = keys.take('policy.idle-action', oneOf(...IDLE_ACTIONS), idle?.action ?? 'lock');
  const policy: SessionPolicy = {
    startMs: keys.take('policy.start', value.time, startMs),
    loginMs: keys.take('policy.login', value.time, loginMs),
    idle: afterMs === null ? null : { afterMs, action },
    suspendedMs: keys.take('policy.suspended', value.timeOrNever, suspendedMs),
    lifetimeMs: keys.take('policy.lifetime', value.timeOrNever, lifetimeMs),
    lockOnDetach: keys.take('policy.lock-on-detach', flag, lockOnDetach),
    unlock: {
      always: keys.take('policy.unlock', value.proofs, unlock.always),
      withinGrace: keys.take('policy.unlock-within-grace', value.proofs, unlock.withinGrace),
      graceMs: keys.take('policy.grace', value.time, unlock.graceMs),
    },
  };
  try {
    return checkPolicy(policy);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${keys.fileOf('policy.unlock')}: ${error.message}`, { cause: error });
  }
}

function frozen<T extends object>(config: T): T {
  for (const part of Object.values(config))
    if (typeof part === 'object' && part !== null) frozen(part);
  return Object.freeze(config);
}
