import { LOG_LEVELS } from '../../../protocol/node/log.ts';
import { type Check, list, MessageError, oneOf, text, whole } from '../../wire/check.ts';
import { path } from '../../wire/fields.ts';
import { SHUTDOWN_ACTIONS } from '../wire/broker-messages.ts';
import type { SessdConfig } from './config.ts';

type Key<T> = readonly [name: string, check: Check<T>];
type Table = Readonly<Record<string, unknown>>;

const user = text(/^[a-z_][a-z0-9_-]{0,31}$/, 'the name of a user');
const count = whole(1, 9999);
const word = text(/^\P{Cc}{1,4096}$/u, 'a word without control characters');
const shellCommand = text(/^[^\0]{1,4096}$/, 'a shell command');
const limit = text(/^[\w ]{1,64}$/, 'what the cgroup file takes, as a text, e.g. "4G"');

const limits = tableOf(/^[a-z]+\.[a-z.]+$/, 'a cgroup file, e.g. memory.max', limit);

/** Every key of wrsessd.toml. */
const KEYS: { readonly [K in keyof SessdConfig]: Key<SessdConfig[K]> } = {
  socket: ['socket', path],
  runDir: ['run-dir', path],
  logDir: ['log-dir', path],
  brokerUser: ['broker-user', user],
  logLevel: ['log-level', oneOf(...LOG_LEVELS)],
  launcher: ['sessions.launcher', oneOf('systemd', 'direct')],
  exec: ['sessions.exec', shellCommand],
  systemConfig: ['sessions.system-config', path],
  limits: ['sessions.limits', limits as Check<SessdConfig['limits']>],
  minUid: ['logins.min-uid', whole(1, 999_999_999)],
  maxLogins: ['logins.max', count],
  pamConfdir: ['logins.pam-confdir', path],
  greeterUser: ['greeters.user', user],
  maxGreeters: ['greeters.max', count],
  shutdown: ['shutdown', tableOf(SHUTDOWN_ACTIONS, SHUTDOWN_ACTIONS.join(' or '), command)],
};
const NAMES = Object.values(KEYS).map(([name]) => name);
const SECTIONS = new Set(
  NAMES.filter((name) => name.includes('.')).map((name) => name.split('.')[0]),
);

/** Checks a document. @throws MessageError naming the key and what was expected */
export function readKeys(document: Table): Partial<SessdConfig> {
  const values = flat(document);
  const unknown = [...values.keys()].find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new MessageError(`${printable(unknown)}: expected one of ${NAMES.join(', ')}`);
  const said = Object.entries(KEYS)
    .filter(([, [name]]) => values.has(name))
    .map(([property, [name, check]]) => [property, check(values.get(name), name)]);
  return Object.fromEntries(said) as Partial<SessdConfig>;
}

/** Keys as people write them with dots. */
function flat(document: Table): Map<string, unknown> {
  const pairs = Object.entries(document).flatMap(([name, value]): [string, unknown][] =>
    SECTIONS.has(name)
      ? Object.entries(tableAt(value, name)).map(([inner, one]) => [`${name}.${inner}`, one])
      : [[name, value]],
  );
  return new Map(pairs);
}

function tableOf<K extends string, T>(
  names: RegExp | readonly K[],
  expected: string,
  check: Check<T>,
): Check<Readonly<Partial<Record<K, T>>>> {
  const known = (name: string): boolean =>
    names instanceof RegExp ? names.test(name) : (names as readonly string[]).includes(name);
  return (value, where) => {
    const pairs = Object.entries(tableAt(value, where)).map(([name, one]) => {
      if (!known(name)) throw new MessageError(`${where}.${printable(name)}: expected ${expected}`);
      return [name, check(one, `${where}.${name}`)];
    });
    return Object.freeze(Object.fromEntries(pairs) as Partial<Record<K, T>>);
  };
}

/** Runs as root: what a search through folders finds is not good enough. */
function command(value: unknown, where: string): readonly string[] {
  const words = list(word, 64)(value, where);
  if (words[0]?.startsWith('/')) return Object.freeze(words);
  throw new MessageError(
    `${where}: expected a list: the absolute path of a program, its arguments`,
  );
}

function tableAt(value: unknown, where: string): Table {
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date)
  )
    return value as Table;
  throw new MessageError(`${where}: expected a table`);
}

const printable = (name: string): string => name.replaceAll(/\P{ASCII}|\p{Cc}/gu, '?').slice(0, 64);
