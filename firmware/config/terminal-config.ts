import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '../../protocol/errors.ts';
import { readBounded } from '../discovery/bounded-read.ts';
import type { Candidate } from '../discovery/candidate.ts';
import { CARDS_DEFAULTS, type CardsConfig, parseCards } from './cards.ts';
import { expected, KeyError, knownKeys, printable, type Table, text } from './checks.ts';
import { DISPLAY_DEFAULTS, type DisplayConfig, parseDisplay } from './display.ts';
import { INPUT_DEFAULTS, type InputConfig, parseInput } from './input.ts';
import { parseServers } from './servers.ts';

export const TERMINAL_FILE = '/etc/wayray/terminal.toml';
const MAX_BYTES = 64 * 1024;

export interface KeyboardChoice {
  readonly layout: string;
  readonly variant: string;
}

/** What the terminal's own file says; docs/terminal-config.md describes each key. */
export interface TerminalConfig {
  readonly servers: readonly Candidate[];
  readonly name: string | null;
  readonly keyboard: KeyboardChoice | null;
  readonly display: DisplayConfig;
  readonly input: InputConfig;
  readonly cards: CardsConfig;
  /** Whether there is such a file. */
  readonly there: boolean;
  /** `FILE: KEY: what was expected`, for the log and the information page. */
  readonly problems: readonly string[];
}

const KEYS = ['server', 'pin', 'servers', 'name', 'keyboard', 'display', 'input', 'cards'] as const;

export const DEFAULT_CONFIG: TerminalConfig = {
  servers: [],
  name: null,
  keyboard: null,
  display: DISPLAY_DEFAULTS,
  input: INPUT_DEFAULTS,
  cards: CARDS_DEFAULTS,
  there: false,
  problems: [],
};

/**
 * Never throws for what a file says: a slip in one place leaves the defaults there and counts elsewhere, since a terminal
 * that does not start can tell nobody what is wrong with it.
 */
export function readTerminalConfig(file: string): TerminalConfig {
  try {
    const text = readBounded(file, MAX_BYTES);
    return text === null ? DEFAULT_CONFIG : parseTerminalConfig(text, file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...DEFAULT_CONFIG, there: true, problems: [error.message] };
  }
}

/** @param file named in the problems, and as what the servers come from */
export function parseTerminalConfig(source: string, file: string): TerminalConfig {
  const root = tableOf(source);
  if (typeof root === 'string')
    return { ...DEFAULT_CONFIG, there: true, problems: [`${file}: ${root}`] };
  const problems: string[] = [];
  const take = <T>(check: () => T, fallback: T): T => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      problems.push(error.message);
      return fallback;
    }
  };
  const section = <T>(key: string, check: (value: unknown, key: string) => T, fallback: T): T =>
    root[key] === undefined ? fallback : take(() => check(root[key], key), fallback);

  const strangers = take(() => knownKeys(root, KEYS) ?? false, true);
  const found = parseServers(root, strangers, file);
  problems.push(...found.problems);
  const config = {
    servers: found.servers,
    name: section<string | null>('name', terminalName, null),
    keyboard: section<KeyboardChoice | null>('keyboard', keyboardChoice, null),
    display: section('display', parseDisplay, DISPLAY_DEFAULTS),
    input: section('input', parseInput, INPUT_DEFAULTS),
    cards: section('cards', parseCards, CARDS_DEFAULTS),
  };
  return { ...config, there: true, problems: problems.map((problem) => `${file}: ${problem}`) };
}

/** @returns what is wrong where it is no TOML */
function tableOf(source: string): Table | string {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ''] = error.message.split('\n');
    return `line ${error.line}: ${printable(what.replace(/^Invalid TOML document: /, ''), 200)}`;
  }
}

const terminalName = text(64, /^[^\p{Cc}\p{Cf}]{1,64}$/u, 'a name of 1 to 64 characters');

function keyboardChoice(value: unknown, key: string): KeyboardChoice {
  const match = parseKeyboardChoice(typeof value === 'string' ? value : '');
  if (!match) throw expected(key, '"LAYOUT" or "LAYOUT:VARIANT", e.g. "de" or "us:intl"');
  return match;
}

/** LAYOUT or LAYOUT:VARIANT, null for anything else. */
export function parseKeyboardChoice(text: string): KeyboardChoice | null {
  const match = /^([a-z0-9_,-]{1,64})(?::([A-Za-z0-9_,-]{0,64}))?$/.exec(text);
  return match && { layout: match[1] ?? '', variant: match[2] ?? '' };
}
