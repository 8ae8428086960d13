import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCommandLine } from '../../protocol/node/cli.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/node/log.ts';
import { VERSION } from '../version.ts';

export interface SessdOptions {
  readonly socket: string;
  readonly runDir: string;
  readonly logDir: string;
  readonly brokerUser: string;
  readonly greeterUser: string;
  readonly maxGreeters: number;
  readonly launcher: 'systemd' | 'direct';
  readonly exec?: string;
  readonly systemConfig: string;
  readonly minUid: number;
  readonly limit: Readonly<Record<string, string>>;
  readonly maxLogins: number;
  readonly logLevel: LogLevel;
  readonly pamConfdir?: string;
  readonly testProgram?: string;
  readonly testGreeter?: string;
  readonly testTimes?: TestTimes;
  readonly testWithoutCgroups?: true;
}

/** What tests cannot wait for. */
export interface TestTimes {
  readonly floorMs?: number;
  readonly jitterMs?: number;
  readonly workMs?: number;
  readonly answerMs?: number;
  readonly freeAttempts?: number;
}

export function parseSessdOptions(argv: readonly string[]): SessdOptions {
  const command = new Command('wrsessd')
    .description('Logs people in through PAM and starts their sessions. Runs as root, for wrsrvd.')
    .version(VERSION)
    .option('--socket <path>', 'where wrsrvd asks', '/run/wayray/wrsessd.sock')
    .option('--run-dir <path>', 'folders of running sessions', '/run/wayray/sessd')
    .option('--log-dir <path>', 'audit log and session logs', '/var/log/wayray')
    .option('--broker-user <name>', 'the user that wrsrvd runs as', 'wayray')
    .option('--greeter-user <name>', 'the user that greeters run as', 'wayray-greeter')
    .option('--max-greeters <count>', 'greeters at the same time', parseCount, 64)
    .addOption(
      new Option('--launcher <kind>', 'how sessions are started')
        .choices(['systemd', 'direct'])
        .default('systemd'),
    )
    .option('--exec <command>', "shell command of a session's first application")
    .option('--system-config <folder>', 'where session.toml is that holds for all', '/etc/wayray')
    .option('--min-uid <uid>', 'accounts below cannot log in', parseUid, 1000)
    .option('--limit <file=value>', 'cgroup limit of a session, e.g. memory.max=4G', addLimit, {})
    .option('--max-logins <count>', 'logins at the same time', parseCount, 64)
    .option('--pam-confdir <path>', 'PAM service files there instead of /etc/pam.d')
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices(LOG_LEVELS).default('info'),
    )
    .addOption(new Option('--test-program <path>').hideHelp())
    .addOption(new Option('--test-greeter <path>').hideHelp())
    .addOption(new Option('--test-times <json>').argParser(JSON.parse).hideHelp())
    .addOption(new Option('--test-without-cgroups').hideHelp());
  return parseCommandLine<SessdOptions>(command, argv);
}

function parseUid(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
    throw new InvalidArgumentError('expected a user id above 0: root never logs in.');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1)
    throw new InvalidArgumentError('expected a number from 1 to 9999.');
  return Number(text);
}

function addLimit(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const match = /^([a-z]+\.[a-z.]+)=([\w ]+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected FILE=VALUE, e.g. memory.max=4G.');
  return { ...before, [match[1] ?? '']: match[2] ?? '' };
}
