import { isAbsolute } from 'node:path';
import { parseHostPort } from '../../../protocol/node/cli.ts';
import {
  type Check,
  expected,
  KeyError,
  knownKeys,
  listOf,
  table,
  text,
} from '../../../protocol/node/toml-checks.ts';
import { PROOFS, type Proof } from '../../../protocol/session/policy.ts';
import { choiceFile, readChoice } from '../../session/config/load.ts';
import type { HostPort } from '../options.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The bound of the policy's timers, about 24.8 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const isTime = /^(\d{1,9})(ms|s|m|h|d)$/;

/** `90s`, `15m`, `8h`, `3d`. */
export const time: Check<number> = (value, key) => {
  const [, number = '', unit = ''] = isTime.exec(typeof value === 'string' ? value : '') ?? [];
  const factor = UNITS_MS[unit];
  if (factor === undefined) throw expected(key, 'a time, e.g. "90s", "15m", "8h" or "3d"');
  return withinTimer(Number(number) * factor, key);
};

function withinTimer(timeMs: number, key: string): number {
  if (timeMs <= MAX_TIMER_MS) return timeMs;
  throw expected(key, 'at most "24d"');
}

/** Null for `never`. */
export const timeOrNever: Check<number | null> = (value, key) => {
  if (value === 'never') return null;
  const timeMs = isTime.test(String(value)) ? time(value, key) : 0;
  if (timeMs > 0) return timeMs;
  throw expected(key, 'a time, e.g. "15m" or "3d", or "never"');
};

export const path: Check<string> = (value, key) => {
  if (typeof value === 'string' && isAbsolute(value) && !value.includes('\0')) return value;
  throw expected(key, 'an absolute path');
};

export const pathOrNone: Check<string | null> = (value, key) =>
  value === '' ? null : path(value, key);

export const hostPort: Check<HostPort> = (value, key) => {
  try {
    return parseHostPort(typeof value === 'string' ? value : '');
  } catch {
    throw expected(key, '"HOST:PORT", e.g. "0.0.0.0:7600" or "[::]:7600"');
  }
};

export const hostPortOrNone: Check<HostPort | null> = (value, key) =>
  value === '' ? null : hostPort(value, key);

const proofNames: Readonly<Record<string, Proof>> = {
  password: 'pam',
  pin: 'pin',
  'card-key': 'cardKey',
  nothing: 'nothing',
};

export const proofs: Check<readonly Proof[]> = (value, key) => {
  const words = listOf(text(16, /^/, 'a word'), PROOFS.length)(value, key);
  return words.map((word, index) => {
    const proof = Object.hasOwn(proofNames, word) ? proofNames[word] : undefined;
    if (proof) return proof;
    const known = Object.keys(proofNames).map((name) => `"${name}"`);
    throw expected(`${key}[${index}]`, known.join(', '));
  });
};

export const userName = text(32, /^[a-z_][a-z0-9_-]*\$?$/, 'the name of a user');
export const groupName = text(32, /^[a-z_][a-z0-9_-]*\$?$/, 'the name of a group');
export const locale = text(35, /^[A-Za-z0-9-]{0,35}$/, 'a language tag, e.g. "de-CH", or ""');

const layoutName = text(32, /^[\w-]{1,32}$/, 'an XKB layout, e.g. "de"');
const variantName = text(32, /^[\w-]{0,32}$/, 'an XKB variant, e.g. "nodeadkeys", or ""');
const shownName = text(128, /^[^\p{Cc}\p{Zl}\p{Zp}]{1,128}$/u, 'a name of up to 128 characters');

export interface LayoutChoice {
  readonly layout: string;
  readonly variant: string;
  readonly name: string;
}

export const layoutChoice: Check<LayoutChoice> = (value, key) => {
  const found = table(value, key);
  knownKeys(found, ['layout', 'variant', 'name'], `${key}.`);
  return {
    layout: layoutName(found['layout'], `${key}.layout`),
    variant: variantName(found['variant'] ?? '', `${key}.variant`),
    name: shownName(found['name'], `${key}.name`),
  };
};

export interface SessionChoice {
  readonly id: string;
  readonly name: string;
}

const choiceId = text(32, /^[a-z0-9-]{1,32}$/, '1 to 32 small letters, digits or -');

/** Ids of sessions that are there as ID.toml in this folder, and good; their names are read. */
export const sessionChoices =
  (folder: string): Check<readonly SessionChoice[]> =>
  (value, key) => {
    const ids = listOf(choiceId, 32)(value, key);
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice !== undefined) throw expected(key, `each session once, not "${twice}" twice`);
    return ids.map((id, at) => sessionChoice(`${key}[${at}]`, id, choiceFile(folder, id)));
  };

function sessionChoice(key: string, id: string, file: string): SessionChoice {
  const { title, problems } = readChoice(file);
  if (title !== null && problems.length === 0) return { id, name: title };
  throw new KeyError(`${key}: ${file}: ${problems.join('; ')}`);
}
