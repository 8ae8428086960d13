import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  EXIT,
  fingerprintOption,
  parseCommandLine,
  parseHostPort,
  parseSize,
} from '../../protocol/node/cli.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/node/log.ts';
import { VERSION } from '../version.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface SingleUserOptions {
  readonly mode: 'single-user';
  readonly listen: HostPort;
  readonly listenBrowser: HostPort;
  readonly size: { width: number; height: number };
  readonly exec: string;
  readonly stateDir: string;
  readonly waylandDisplay?: string;
  readonly video: 'auto' | 'software' | 'off';
  readonly allowTerminal: readonly string[];
  readonly logLevel: LogLevel;
}

export interface MultiUserOptions {
  readonly mode: 'multi-user';
  /** Null: the usual file. */
  readonly config: string | null;
  /** Null: as the configuration says. */
  readonly logLevel: LogLevel | null;
}

export interface ConfigCheckOptions {
  readonly mode: 'config-check';
  readonly config: string | null;
}

export interface RecordsOptions {
  readonly mode: 'records';
  readonly config: string | null;
  /** As terminals know the server; null: the machine's name. */
  readonly host: string | null;
  /** Of the terminals; null: that of the host. */
  readonly domain: string | null;
  /** The file for Avahi alone. */
  readonly avahi: boolean;
}

export type BrokerOptions =
  | SingleUserOptions
  | MultiUserOptions
  | ConfigCheckOptions
  | RecordsOptions;

interface RawOptions extends Omit<SingleUserOptions, 'listenBrowser' | 'mode'> {
  readonly singleUser?: true;
  readonly config?: string;
  readonly listenBrowser?: HostPort;
}

function defaultStateDir(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'wayray');
}

const configOption = () =>
  new Option('--config <file>', 'configuration of the server for many people').default(
    undefined,
    '/etc/wayray/wrsrvd.toml, with conf.d/*.toml beside it',
  );

/** The command line of wrsrvd. */
export function parseBrokerOptions(argv: readonly string[]): BrokerOptions {
  if (argv[0] === 'config') return parseConfigCommand(argv.slice(1));
  if (argv[0] === 'records') return parseRecordsCommand(argv.slice(1));
  const command = serverCommand();
  const raw = parseCommandLine<RawOptions>(command, argv);
  if (raw.singleUser) return singleUserOptions(command, raw);
  for (const { attributeName, long } of onlySingleUser(command)) {
    if (command.getOptionValueSource(attributeName) === 'cli')
      refuse(`${long} goes with --single-user; else the configuration file says it`);
  }
  const given = command.getOptionValueSource('logLevel') === 'cli';
  return {
    mode: 'multi-user',
    config: raw.config ?? null,
    logLevel: given ? raw.logLevel : null,
  };
}

function parseConfigCommand(argv: readonly string[]): ConfigCheckOptions {
  const [verb, ...rest] = argv;
  const command = new Command('wrsrvd config check')
    .description('Reads the configuration and says what is wrong with it; exits 78 then.')
    .addOption(configOption());
  if (verb !== 'check' && verb !== '--help' && verb !== '-h')
    refuse('config: allowed: wrsrvd config check [--config FILE]');
  const { config } = parseCommandLine<{ config?: string }>(
    command,
    verb === 'check' ? rest : ['--help'],
  );
  return { mode: 'config-check', config: config ?? null };
}

function parseRecordsCommand(argv: readonly string[]): RecordsOptions {
  const command = new Command('wrsrvd records')
    .description(
      'Prints what DHCP, DNS and terminals are to be told so that they find this server.',
    )
    .addOption(configOption())
    .option('--host <name>', "the server's name or address for terminals", parseHostName)
    .option('--domain <name>', 'domain of the terminals; default: that of the host', parseHostName)
    .option('--avahi', 'only the file for Avahi, which says it by multicast DNS');
  const { config, host, domain, avahi } = parseCommandLine<{
    config?: string;
    host?: string;
    domain?: string;
    avahi?: true;
  }>(command, argv);
  return {
    mode: 'records',
    config: config ?? null,
    host: host ?? null,
    domain: domain ?? null,
    avahi: avahi === true,
  };
}

function parseHostName(text: string): string {
  const name = /^(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$/;
  if (text.length <= 253 && (isIP(text) !== 0 || name.test(text))) return text;
  throw new InvalidArgumentError('expected a host name or an address.');
}

function serverCommand(): Command {
  return new Command('wrsrvd')
    .description('WayRay server: shows sessions on terminals.')
    .usage(
      '[--config FILE]\n       wrsrvd --single-user [options]\n       wrsrvd config check [--config FILE]\n       wrsrvd records [options]',
    )
    .version(VERSION)
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices(LOG_LEVELS).default('info'),
    )
    .optionsGroup('For many people, who log in:')
    .addOption(configOption())
    .optionsGroup('For one person:')
    .option('--single-user', "one session of the caller's own, without logins")
    .addOption(
      new Option('--listen <host:port>', 'where terminals connect; port 0 takes a free one')
        .argParser(parseHostPort)
        .default({ host: '127.0.0.1', port: 7600 }, '127.0.0.1:7600'),
    )
    .addOption(
      new Option(
        '--listen-browser <host:port>',
        'where browsers connect; default: the host of --listen and the port after it',
      ).argParser(parseHostPort),
    )
    .addOption(
      new Option('--size <WxH>', 'size of the session until a terminal says its own')
        .argParser(parseSize)
        .default({ width: 1920, height: 1080 }, '1920x1080'),
    )
    .option('--exec <command>', 'application started in the session, and by Super+Return', 'foot')
    .addOption(
      new Option('--state-dir <dir>', 'identity, known terminals, logs and sockets').default(
        defaultStateDir(),
        '$XDG_STATE_HOME/wayray or ~/.local/state/wayray',
      ),
    )
    .option(
      '--wayland-display <name>',
      'Wayland socket name for applications; default: the next free wayland-N',
    )
    .addOption(
      new Option(
        '--video <when>',
        'auto: films are lossy while they move; software: never encoded in hardware; off: exact',
      )
        .choices(['auto', 'software', 'off'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--allow-terminal <sha256>',
        'let this terminal in, by its fingerprint; may be repeated',
      )
        .argParser((text: string, before: string[]) => [...before, fingerprintOption(text)])
        .default([], 'none'),
    );
}

function singleUserOptions(command: Command, raw: RawOptions): SingleUserOptions {
  if (command.getOptionValueSource('config') === 'cli')
    refuse('--config does not go with --single-user, which has no configuration file');
  const { singleUser: _, config: __, listenBrowser, ...options } = raw;
  return {
    ...options,
    mode: 'single-user',
    listenBrowser: listenBrowser ?? portAfter(raw.listen),
  };
}

function onlySingleUser(command: Command): { attributeName: string; long: string }[] {
  const common = ['--config', '--log-level', '--version', '--help'];
  return command.options
    .filter(({ long }) => long && !common.includes(long))
    .map((option) => ({ attributeName: option.attributeName(), long: option.long ?? '' }));
}

function refuse(message: string): never {
  process.stderr.write(`wrsrvd: ${message}\n`);
  process.exit(EXIT.usage);
}

function portAfter({ host, port }: HostPort): HostPort {
  return { host, port: port === 0 ? 0 : port + 1 };
}
