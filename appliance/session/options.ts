import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCommandLine, parseSize } from '../../protocol/node/cli.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/node/log.ts';
import { VERSION } from '../version.ts';
import { VIDEO_CHOICES, type VideoChoice } from './config/session-config.ts';

export interface CompositorOptions {
  readonly session: string;
  readonly socket: string;
  readonly waylandDisplay?: string;
  readonly size: { width: number; height: number };
  readonly exec?: string;
  readonly applicationLog?: string;
  readonly greeter: boolean;
  readonly brokerLocks: boolean;
  readonly systemConfig: string;
  readonly userConfig: string;
  readonly sessionChoice?: string;
  readonly controlSocket?: string;
  readonly video?: VideoChoice;
  readonly logLevel: LogLevel;
}

/** The command line of wrcomp, which wrsrvd or wrsessd writes; people meet it in `ps` and in tests. */
export function parseCompositorOptions(argv: readonly string[]): CompositorOptions {
  const command = new Command('wrcomp')
    .description("One session's Wayland compositor. Started by wrsrvd.")
    .version(VERSION)
    .requiredOption('--session <id>', "the session's id, for logs and the broker")
    .requiredOption('--socket <path>', 'Unix socket on which the broker attaches terminals')
    .option(
      '--wayland-display <name>',
      'Wayland socket name in XDG_RUNTIME_DIR; default: the next free wayland-N',
    )
    .addOption(
      new Option('--size <WxH>', 'output size before any terminal came')
        .argParser(parseSize)
        .default({ width: 1920, height: 1080 }, '1920x1080'),
    )
    .option(
      '--exec <command>',
      'shell command started in the session, and by Super+Return, instead of what session.toml says',
    )
    .option(
      '--application-log <path>',
      "file for what applications print, or a folder, which ends in / and gets a file for each; default: wrcomp's own output, with session.toml the folder wayray/applications/ of the user's state",
    )
    .option('--greeter', 'a login screen: --exec alone, nothing that a person could start', false)
    .option('--broker-locks', 'Super+L asks the broker to lock the session', false)
    .option('--system-config <folder>', 'where session.toml is that holds for all', '/etc/wayray')
    .option(
      '--user-config <folder>',
      "where the user's own session.toml is",
      join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'wayray'),
    )
    .addOption(
      new Option(
        '--session-choice <id>',
        'sessions/ID.toml in that folder counts more than its session.toml, less than the user’s',
      ).argParser(choiceId),
    )
    .option(
      '--control-socket <path>',
      'for tests only: socket that positions windows and feeds input',
    )
    .addOption(
      new Option(
        '--video <when>',
        'auto: films may be shown lossily while they move; software: the same, never encoded in hardware; off: every picture is exact; default: what session.toml says, auto without a word there',
      ).choices(VIDEO_CHOICES),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices(LOG_LEVELS).default('info'),
    );
  const options = parseCommandLine<CompositorOptions>(command, argv);
  const follows = options.exec === undefined && !options.greeter && !options.controlSocket;
  return follows ? { applicationLog: defaultLogFolder(), ...options } : options;
}

function choiceId(id: string): string {
  if (/^[a-z0-9-]{1,32}$/.test(id)) return id;
  throw new InvalidArgumentError('Expected 1 to 32 small letters, digits or -.');
}

function defaultLogFolder(): string {
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(state, 'wayray', 'applications', '/');
}
