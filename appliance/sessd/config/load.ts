import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '../../../protocol/errors.ts';
import { MessageError } from '../../wire/check.ts';
import { unitLimits } from '../launch/systemd-request.ts';
import { DEFAULT_CONFIG, DEFAULT_CONFIG_FILE, type SessdConfig } from './config.ts';
import { readKeys } from './keys.ts';
import type { GivenOptions } from './options.ts';

const MAX_BYTES = 65_536;

export interface LoadedConfig {
  readonly config: SessdConfig;
  /** The file that was read; null where there is none. */
  readonly file: string | null;
}

/**
 * Reads the file, puts what the command line says over it, and checks that it fits together.
 * @throws ConfigError naming file, key and what was expected
 */
export function loadConfig({ config: file, ...given }: GivenOptions): LoadedConfig {
  const path = file ?? DEFAULT_CONFIG_FILE;
  const document = readDocument(path, file === undefined);
  const said = document === null ? {} : within(path, () => readKeys(parsed(document)));
  const limits = { ...said.limits, ...given.limits };
  const config: SessdConfig = { ...DEFAULT_CONFIG, ...said, ...given, limits };
  const odd = Object.keys(limits).find((name) => !unitLimits.includes(name));
  if (config.launcher === 'systemd' && odd !== undefined)
    throw new ConfigError(
      `${said.limits?.[odd] ? `${path}: sessions.limits` : '--limit'}.${odd}: expected one of ${unitLimits.join(', ')} with the launcher systemd`,
    );
  Object.freeze(limits);
  return { config: Object.freeze(config), file: document === null ? null : path };
}

/** Null where the file need not be there and is not. */
function readDocument(path: string, optional: boolean): string | null {
  let fd: number;
  try {
    // Not blocking, should it be a pipe.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && optional) return null;
    throw new ConfigError(`${path}: cannot be read: ${code}`, { cause });
  }
  try {
    checkFile(fd, path);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** It names commands that run as root. */
function checkFile(fd: number, path: string): void {
  const found = fstatSync(fd);
  if (!found.isFile() || found.size > MAX_BYTES)
    throw new ConfigError(`${path}: expected a file of at most ${MAX_BYTES} bytes`);
  if (![0, process.getuid?.()].includes(found.uid) || (found.mode & 0o022) !== 0)
    throw new ConfigError(`${path}: expected a file that only root can write`);
}

function parsed(document: string): Record<string, unknown> {
  try {
    return parse(document);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what = ''] = cause.message.split('\n');
    throw new MessageError(`line ${cause.line}, column ${cause.column}: ${what}`);
  }
}

function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof MessageError)) throw cause;
    throw new ConfigError(`${path}: ${cause.message}`, { cause });
  }
}
