import { type Command, CommanderError, InvalidArgumentError } from 'commander';
import { ConfigError } from '../errors.ts';
import { parseFingerprint } from './fingerprint.ts';

/** Exit statuses of every program (sysexits where it has one). */
export const EXIT = { ok: 0, failed: 1, usage: 2, config: 78 } as const;

/** An error that ends the program with one line for the person at the terminal and this status. */
export class ExitError extends Error {
  override name = 'ExitError';
  readonly status: number;
  constructor(message: string, status: number = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Parses the command line; --help and --version exit 0, a wrong option exits 2 with one line that says what is allowed. */
export function parseCommandLine<T>(command: Command, argv: readonly string[]): T {
  command
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .showSuggestionAfterError(true);
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) process.exit(EXIT.ok);
    const allowed = command.options.map((option) => option.long).join(' ');
    const line = oneLine(error.message.replace(/^error: /, ''));
    process.stderr.write(`${command.name()}: ${line}; allowed options: ${allowed}\n`);
    process.exit(EXIT.usage);
  }
  return command.opts() as T;
}

/** Runs a program's body: an ExitError becomes its line and status, anything else is a defect and shows its stack. */
export async function runProgram(name: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof ExitError)) throw error;
    process.stderr.write(`${name}: ${oneLine(error.message)}\n`);
    process.exit(error.status);
  }
}

/** Words of a peer may be in it: nothing that a terminal emulator would obey. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/** Option parser: WIDTHxHEIGHT in pixels, 1 to 16384 each. */
export function parseSize(text: string): { width: number; height: number } {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || !inSizeRange(width) || !inSizeRange(height)) {
    throw new InvalidArgumentError('expected WIDTHxHEIGHT with 1 to 16384 each, e.g. 1920x1080.');
  }
  return { width, height };
}

function inSizeRange(pixels: number): boolean {
  return pixels >= 1 && pixels <= 16384;
}

/** Option parser: HOST:PORT, [IPv6]:PORT; port 0 to 65535. */
export function parseHostPort(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw new InvalidArgumentError('expected HOST:PORT, e.g. 127.0.0.1:7600 or [::1]:7600.');
  }
  return { host: match[1] ?? match[2] ?? '', port };
}

/** Option parser: see `parseFingerprint`. */
export function fingerprintOption(text: string): string {
  try {
    return parseFingerprint(text);
  } catch (error) {
    if (error instanceof ConfigError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}
