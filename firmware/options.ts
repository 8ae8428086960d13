import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  EXIT,
  ExitError,
  fingerprintOption,
  parseCommandLine,
  parseHostPort,
  parseSize,
} from '../protocol/node/cli.ts';
import { LOG_LEVELS, type LogLevel } from '../protocol/node/log.ts';
import { parseKeyboardChoice, TERMINAL_FILE } from './config/terminal-config.ts';
import { readBounded } from './discovery/bounded-read.ts';
import type { HeadlessOutput } from './display/headless-display.ts';
import { parseOutputs, SCALE_MAX, SCALE_MIN } from './display/output-option.ts';
import { VERSION } from './version.ts';

const CODE_FILE_MAX_BYTES = 1024;

export type Until = 'settled' | 'first-frame' | 'played' | { readonly seconds: number };

export interface TerminalOptions {
  /** Without one it is searched for. */
  readonly server?: { host: string; port: number };
  readonly pin?: string;
  /** Names servers, where there is such a file. */
  readonly terminalFile: string;
  readonly display: 'headless' | 'kms' | 'window';
  readonly size: { width: number; height: number };
  /** Without one 1, or on real monitors what fits them. */
  readonly scale?: number;
  /** headless: instead of one of that size and scale */
  readonly output?: HeadlessOutput[];
  readonly fullscreen?: boolean;
  readonly keyboard?: { layout: string; variant: string };
  readonly name?: string;
  /** One-time code that lets this terminal in. */
  readonly enrol?: string;
  /** Where it stands instead. */
  readonly enrolFile?: string;
  /** Part of a reader's name; 'none' for no reader. */
  readonly reader?: string;
  readonly softwareToken?: string;
  readonly screenshot?: string;
  readonly until?: Until;
  readonly input?: string;
  readonly stats?: string;
  readonly stateDir: string;
  readonly logLevel: LogLevel;
}

function defaultStateDir(): string {
  return join(
    process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'),
    'wayray-terminal',
  );
}

/** The command line of wrclient. @throws ExitError for options that do not go together */
export function parseTerminalOptions(argv: readonly string[]): TerminalOptions {
  const command = new Command('wrclient')
    .description('WayRay terminal: shows a session of a WayRay server.')
    .version(VERSION)
    .option(
      '--server <host:port>',
      'server to connect to; without it one is searched for, see docs/discovery.md',
      parseHostPort,
    )
    .option(
      '--pin <sha256>',
      "the server's certificate fingerprint; without it the first one seen is remembered",
      fingerprintOption,
    )
    .option('--terminal-file <file>', 'file that may name servers', TERMINAL_FILE)
    .addOption(
      new Option('--display <kind>', 'where the picture goes')
        .choices(['headless', 'kms', 'window'])
        .default('window'),
    )
    .addOption(
      new Option('--size <WxH>', 'size of the picture in pixels')
        .argParser(parseSize)
        .default({ width: 1280, height: 800 }, '1280x800'),
    )
    .addOption(
      new Option(
        '--scale <factor>',
        "scale of the session, 0.5 to 4; default: 1, kms: by each monitor's size",
      ).argParser(parseScale),
    )
    .option(
      '--output <WxH[@scale][+x+y][,turn][,hzHz][,name=name]>',
      'headless: an output; may be given several times, the first is the primary one',
      parseOutputs,
    )
    .option('--fullscreen', 'window: fill the screen; Ctrl+Alt+F changes it')
    .option(
      '--keyboard <layout[:variant]>',
      "layout, e.g. de or us:intl; default: the host's",
      parseKeyboard,
    )
    .option('--name <name>', "the terminal's name; default: the host's")
    .option(
      '--enrol <code>',
      'one-time code of an administrator that lets this terminal in',
      parseCode,
    )
    .option('--enrol-file <file>', 'file that the code stands in')
    .option(
      '--reader <name|none>',
      'only card readers with this in their name, or none; default: all',
      parseReader,
    )
    .option('--software-token <file>', 'a key in a file instead of a card; made when it is missing')
    .option('--screenshot <file.png>', 'write the picture there at the end')
    .option(
      '--until <settled|first-frame|played|seconds>',
      'end by itself; headless default: settled',
      parseUntil,
    )
    .option('--input <file.ndjson>', 'input to play, one event per line, see docs/wrclient.md')
    .option('--stats <file.ndjson>', 'one line per presented frame, and for each view and page')
    .addOption(
      new Option('--state-dir <dir>', "the terminal's identity and known servers").default(
        defaultStateDir(),
        '$XDG_STATE_HOME/wayray-terminal or ~/.local/state/wayray-terminal',
      ),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe level').choices(LOG_LEVELS).default('info'),
    );
  const options = parseCommandLine<TerminalOptions>(command, argv);
  if (options.output && options.display !== 'headless')
    throw new ExitError('--output needs --display headless', EXIT.usage);
  // A fingerprint is of one server: with a search it would be demanded of whoever is found.
  if (options.pin && !options.server) throw new ExitError('--pin needs --server', EXIT.usage);
  if (!options.enrolFile) return options;
  if (options.enrol) throw new ExitError('--enrol and --enrol-file do not go together', EXIT.usage);
  return { ...options, enrol: readCode(options.enrolFile) };
}

function parseScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= SCALE_MIN && scale <= SCALE_MAX))
    throw new InvalidArgumentError('expected a number from 0.5 to 4.');
  return scale;
}

function parseKeyboard(text: string): { layout: string; variant: string } {
  const choice = parseKeyboardChoice(text);
  if (!choice)
    throw new InvalidArgumentError('expected LAYOUT or LAYOUT:VARIANT, e.g. de or us:intl.');
  return choice;
}

/** @throws ExitError */
function readCode(file: string): string {
  try {
    return parseCode((readBounded(file, CODE_FILE_MAX_BYTES) ?? '').trim());
  } catch (error) {
    throw new ExitError(`--enrol-file ${file}: ${(error as Error).message}`, EXIT.config);
  }
}

function parseCode(text: string): string {
  if (!/^[\x21-\x7e]{1,512}$/.test(text)) throw new InvalidArgumentError('expected a code.');
  return text;
}

function parseReader(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError("expected part of a reader's name, or none.");
  return text;
}

function parseUntil(text: string): Until {
  if (text === 'settled' || text === 'first-frame' || text === 'played') return text;
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0 && seconds <= 86_400)) {
    throw new InvalidArgumentError('expected settled, first-frame, played or a number of seconds.');
  }
  return { seconds };
}
