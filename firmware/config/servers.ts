import { ConfigError } from '../../protocol/errors.ts';
import { parseFingerprint } from '../../protocol/node/fingerprint.ts';
import { type Candidate, MAX_CANDIDATES, parseServer } from '../discovery/candidate.ts';
import { expected, KeyError, knownKeys, printable, type Table, table, text } from './checks.ts';

/** Of what is told of a value, the value included. */
const WORDS_MAX = 300;
const anything = text(1024, /^/, 'a string');

export interface FileServers {
  readonly servers: readonly Candidate[];
  readonly problems: readonly string[];
}

/**
 * `server` with its `pin`, then the tables `[[servers]]`. A wrong one is left out, never its fingerprint alone: a server
 * that lost it would be trusted without.
 * @param strangers top-level keys that nobody knows; one of them may be a mistyped `pin`
 */
export function parseServers(root: Table, strangers: boolean, from: string): FileServers {
  const servers: Candidate[] = [];
  const problems: string[] = [];
  const attempt = (take: () => Candidate): void => {
    try {
      servers.push(take());
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      problems.push(error.message);
    }
  };
  const { server, pin } = root;
  if (server !== undefined && !strangers) attempt(() => candidate(server, pin, '', from));
  if (server === undefined && pin !== undefined)
    problems.push('pin: there is no server that it belongs to');
  const { servers: entries = [] } = root;
  if (!Array.isArray(entries) || entries.length > MAX_CANDIDATES)
    problems.push(`servers: expected at most ${MAX_CANDIDATES} tables [[servers]]`);
  else for (const [at, entry] of entries.entries()) attempt(() => fromTable(entry, at, from));
  return { servers, problems };
}

function fromTable(entry: unknown, at: number, from: string): Candidate {
  const where = `servers[${at}]`;
  const found = table(entry, where);
  knownKeys(found, ['address', 'pin'], `${where}.`);
  return candidate(found['address'], found['pin'], `${where}.`, from);
}

function candidate(address: unknown, pin: unknown, prefix: string, from: string): Candidate {
  const key = prefix === '' ? 'server' : `${prefix}address`;
  return {
    ...serverAt(address, key),
    ...(pin === undefined ? {} : { pin: fingerprint(pin, `${prefix}pin`) }),
    origin: 'file',
    from,
  };
}

function serverAt(value: unknown, key: string): { host: string; port: number } {
  if (typeof value !== 'string') throw expected(key, '"HOST:PORT"');
  try {
    return parseServer(value, key);
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    throw new KeyError(printable(cause.message, WORDS_MAX), { cause });
  }
}

function fingerprint(value: unknown, key: string): string {
  const digits = anything(value, key);
  try {
    return parseFingerprint(digits);
  } catch (cause) {
    throw new KeyError(`${key}: ${printable((cause as Error).message, WORDS_MAX)}`, { cause });
  }
}
