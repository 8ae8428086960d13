import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '../../protocol/errors.ts';
import { parseFingerprint } from '../../protocol/node/fingerprint.ts';
import { readBounded } from './bounded-read.ts';
import { type Candidate, MAX_CANDIDATES, parseServer } from './candidate.ts';
import type { Source } from './source.ts';

export const TERMINAL_FILE = '/etc/wayray/terminal.toml';
const MAX_BYTES = 64 * 1024;

/** The servers that the terminal's own file names, in its order. */
export function fileSource(file: string): Source {
  return {
    origin: 'file',
    async find() {
      const text = readBounded(file, MAX_BYTES);
      if (text === null) return { candidates: [], nothing: `there is no ${file}` };
      return { candidates: parseTerminalFile(text, file), nothing: `${file} names no server` };
    },
  };
}

/** @throws ConfigError naming the file and the key */
export function parseTerminalFile(text: string, file: string): Candidate[] {
  const root = tableOf(text, file);
  onlyKeys(root, ['server', 'pin', 'servers'], file);
  const { server, pin, servers = [] } = root;
  if (server === undefined && pin !== undefined)
    throw new ConfigError(`${file}: pin: there is no server that it belongs to`);
  if (!Array.isArray(servers) || servers.length > MAX_CANDIDATES)
    throw new ConfigError(`${file}: servers: expected up to ${MAX_CANDIDATES} tables`);
  const first = server === undefined ? [] : [candidate(server, pin, file, 'server')];
  return [...first, ...servers.map((entry, at) => fromTable(entry, file, `servers[${at}]`))];
}

function fromTable(entry: unknown, file: string, key: string): Candidate {
  if (!isTable(entry)) throw new ConfigError(`${file}: ${key}: expected a table`);
  onlyKeys(entry, ['address', 'pin'], `${file}: ${key}`);
  return candidate(entry['address'], entry['pin'], file, `${key}.address`);
}

function candidate(address: unknown, pin: unknown, file: string, key: string): Candidate {
  if (typeof address !== 'string') throw new ConfigError(`${file}: ${key}: expected "HOST:PORT"`);
  if (pin !== undefined && typeof pin !== 'string')
    throw new ConfigError(`${file}: pin: expected a fingerprint`);
  return {
    ...parseServer(address, `${file}: ${key}`),
    ...(pin === undefined ? {} : { pin: parsePin(pin, file) }),
    origin: 'file',
    from: file,
  };
}

function parsePin(pin: string, file: string): string {
  try {
    return parseFingerprint(pin);
  } catch (cause) {
    throw new ConfigError(`${file}: pin: ${(cause as Error).message}`, { cause });
  }
}

function tableOf(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const what = cause.message.split('\n')[0];
    throw new ConfigError(`${file}: line ${cause.line}: ${what}`, { cause });
  }
}

function onlyKeys(table: Record<string, unknown>, known: readonly string[], where: string): void {
  const stranger = Object.keys(table).find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw new ConfigError(
      `${where}: ${stranger.slice(0, 64)}: not known; known: ${known.join(' ')}`,
    );
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
