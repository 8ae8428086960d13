import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCommandLine } from '../../../protocol/node/cli.ts';
import { LOG_LEVELS } from '../../../protocol/node/log.ts';
import { VERSION } from '../../version.ts';
import { DEFAULT_CONFIG, DEFAULT_CONFIG_FILE, type SessdConfig } from './config.ts';

/** What the command line says; it wins over the file. Commands for the machine itself are in the file alone. */
export type GivenOptions = Partial<Omit<SessdConfig, 'shutdown'>> & { readonly config?: string };

/** What tests cannot wait for or cannot have. */
export interface TestOptions {
  readonly program?: string;
  readonly greeter?: string;
  readonly times: TestTimes;
  readonly withoutCgroups: boolean;
}

export interface TestTimes {
  readonly floorMs?: number;
  readonly jitterMs?: number;
  readonly workMs?: number;
  readonly answerMs?: number;
  readonly freeAttempts?: number;
}

export interface CommandLine {
  /** `wrsessd config check` */
  readonly checkOnly: boolean;
  readonly given: GivenOptions;
  readonly test: TestOptions;
}

interface RawOptions extends Omit<GivenOptions, 'limits'> {
  readonly limit?: Readonly<Record<string, string>>;
  readonly testProgram?: string;
  readonly testGreeter?: string;
  readonly testTimes?: TestTimes;
  readonly testWithoutCgroups?: true;
}

export function parseSessdCommandLine(argv: readonly string[]): CommandLine {
  const checkOnly = argv[0] === 'config' && argv[1] === 'check';
  const raw = parseCommandLine<RawOptions>(commandLine(), checkOnly ? argv.slice(2) : argv);
  const { limit, testProgram, testGreeter, testTimes, testWithoutCgroups, ...given } = raw;
  return {
    checkOnly,
    given: { ...given, ...(limit ? { limits: limit } : {}) },
    test: {
      ...(testProgram === undefined ? {} : { program: testProgram }),
      ...(testGreeter === undefined ? {} : { greeter: testGreeter }),
      times: testTimes ?? {},
      withoutCgroups: testWithoutCgroups === true,
    },
  };
}

/** Without defaults of its own: what is not given is the file's to say. */
function commandLine(): Command {
  const of = (property: keyof SessdConfig): string => `default: ${DEFAULT_CONFIG[property]}`;
  return new Command('wrsessd')
    .description('Logs people in through PAM and starts their sessions. Runs as root, for wrsrvd.')
    .usage('[options]\n       wrsessd config check [options]')
    .version(VERSION)
    .option('--config <file>', `settings; default: ${DEFAULT_CONFIG_FILE}, if it is there`)
    .option('--socket <path>', `where wrsrvd asks; ${of('socket')}`)
    .option('--run-dir <path>', `folders of running sessions; ${of('runDir')}`)
    .option('--log-dir <path>', `audit log and session logs; ${of('logDir')}`)
    .option('--broker-user <name>', `the user that wrsrvd runs as; ${of('brokerUser')}`)
    .option('--greeter-user <name>', `the user that greeters run as; ${of('greeterUser')}`)
    .option('--max-greeters <count>', `greeters at a time; ${of('maxGreeters')}`, parseCount)
    .addOption(
      new Option('--launcher <kind>', `how sessions are started; ${of('launcher')}`).choices([
        'systemd',
        'direct',
      ]),
    )
    .option('--exec <command>', "a session's first application instead of session.toml's")
    .option('--system-config <folder>', `where session.toml is for all; ${of('systemConfig')}`)
    .option('--min-uid <uid>', `accounts below cannot log in; ${of('minUid')}`, parseUid)
    .option('--limit <file=value>', 'cgroup limit of a session, e.g. memory.max=4G', addLimit)
    .option('--max-logins <count>', `logins at the same time; ${of('maxLogins')}`, parseCount)
    .option('--pam-confdir <path>', 'PAM service files there instead of /etc/pam.d')
    .addOption(
      new Option('--log-level <level>', `least severe level; ${of('logLevel')}`).choices(
        LOG_LEVELS,
      ),
    )
    .addOption(new Option('--test-program <path>').hideHelp())
    .addOption(new Option('--test-greeter <path>').hideHelp())
    .addOption(new Option('--test-times <json>').argParser(JSON.parse).hideHelp())
    .addOption(new Option('--test-without-cgroups').hideHelp());
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

function addLimit(text: string, before: Readonly<Record<string, string>> = {}) {
  const match = /^([a-z]+\.[a-z.]+)=([\w ]+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected FILE=VALUE, e.g. memory.max=4G.');
  return { ...before, [match[1] ?? '']: match[2] ?? '' };
}
