import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import {
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

export interface BrokerOptions {
  readonly singleUser: true;
  readonly listen: HostPort;
  readonly listenBrowser: HostPort;
  readonly size: { width: number; height: number };
  readonly exec: string;
  readonly stateDir: string;
  readonly waylandDisplay?: string;
  readonly allowTerminal: readonly string[];
  readonly logLevel: LogLevel;
}

interface RawOptions extends Omit<BrokerOptions, 'listenBrowser' | 'singleUser'> {
  readonly singleUser?: true;
  readonly listenBrowser?: HostPort;
}

function defaultStateDir(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'wayray');
}

/** The command line of wrsrvd. */
export function parseBrokerOptions(argv: readonly string[]): BrokerOptions {
  const command = new Command('wrsrvd')
    .description('WayRay server: shows sessions on terminals.')
    .version(VERSION)
    .option(
      '--single-user',
      "one session of the caller's own, without logins (the only mode so far)",
    )
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
        '--allow-terminal <sha256>',
        'let this terminal in, by its fingerprint; may be repeated',
      )
        .argParser((text: string, before: string[]) => [...before, fingerprintOption(text)])
        .default([], 'none'),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices(LOG_LEVELS).default('info'),
    );
  const raw = parseCommandLine<RawOptions>(command, argv);
  if (!raw.singleUser) {
    process.stderr.write(
      'wrsrvd: only --single-user exists in this version; allowed: wrsrvd --single-user [options], see --help\n',
    );
    process.exit(2);
  }
  return { ...raw, singleUser: true, listenBrowser: raw.listenBrowser ?? portAfter(raw.listen) };
}

function portAfter({ host, port }: HostPort): HostPort {
  return { host, port: port === 0 ? 0 : port + 1 };
}
