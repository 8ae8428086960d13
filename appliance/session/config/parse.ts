import { parse, TomlError } from 'smol-toml';
import {
  type Check,
  expected,
  KeyError,
  knownKeys,
  oneOf,
  printable,
  table,
  text,
  whole,
} from '../../../protocol/node/toml-checks.ts';
import {
  type AutostartEntry,
  RESTARTS,
  type SessionConfig,
  type SessionKeyboard,
  VIDEO_CHOICES,
} from './session-config.ts';

/** What one file says, and each thing in it that is wrong; the rest of the file counts. */
export interface ParsedFile {
  readonly said: Partial<SessionConfig>;
  /** What people call a session that they can choose; null in a file of another kind, or where it is wrong. */
  readonly title: string | null;
  readonly problems: readonly string[];
}

const MAX_AUTOSTART = 32;
const MAX_VARIABLES = 128;
const MAX_DELAY_MS = 600_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What leads applications to this session and nowhere else. */
const OURS = /^(WAYLAND_DISPLAY|WAYLAND_SOCKET|XDG_RUNTIME_DIR|XDG_SESSION_TYPE|WAYRAY_.*)$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const command = text(4096, /^[^\u0000]*$/, 'a shell command of at most 4096 characters, or ""');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const variableValue = text(4096, /^[^\u0000]*$/, 'a string of at most 4096 characters');
const entryName = text(40, NAME, 'a name of letters, digits, ".", "_" and "-"');
const shownTitle = text(128, /^[^\p{Cc}\p{Zl}\p{Zp}]{1,128}$/u, 'a name of up to 128 characters');
const xkbNames = text(256, /^[A-Za-z0-9_,:()+.-]*$/, 'XKB names separated by commas');

const windowManager: Check<'floating'> = (value, key) => {
  if (value === 'floating') return value;
  throw expected(key, '"floating", the one built in; external window managers are not there yet');
};

const KEYS = {
  'window-manager': (value: unknown, key: string) => ({ windowManager: windowManager(value, key) }),
  panel: (value: unknown, key: string) => ({ panel: command(value, key) }),
  launcher: (value: unknown, key: string) => ({ launcher: command(value, key) }),
  terminal: (value: unknown, key: string) => ({ terminal: command(value, key) }),
  autostart: (value: unknown, key: string) => ({ autostart: autostart(value, key) }),
  'end-with': (value: unknown, key: string) => ({
    endWith: value === '' ? '' : entryName(value, key),
  }),
  environment: (value: unknown, key: string) => ({ environment: environment(value, key) }),
  keyboard: (value: unknown, key: string) => ({ keyboard: keyboard(value, key) }),
  video: (value: unknown, key: string) => ({ video: oneOf(...VIDEO_CHOICES)(value, key) }),
} as const satisfies Record<string, Check<Partial<SessionConfig>>>;

/** The session.toml of everybody or of one person, or one of those that can be chosen, which have a `name`. */
export type FileKind = 'plain' | 'choice';

/** Never throws for what is wrong with a file. */
export function parseSessionFile(source: string, kind: FileKind = 'plain'): ParsedFile {
  let found: Record<string, unknown>;
  try {
    found = parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const problem = `line ${error.line}: no TOML: ${firstLine(error.message)}`;
    return { said: {}, title: null, problems: [problem] };
  }
  const problems: string[] = [];
  let said: Partial<SessionConfig> = {};
  let title: string | null = null;
  const attempt = (check: () => Partial<SessionConfig>): void => {
    try {
      said = { ...said, ...check() };
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      problems.push(error.message);
    }
  };
  attempt(() => {
    knownKeys(found, [...(kind === 'choice' ? ['name'] : []), ...Object.keys(KEYS)]);
    return {};
  });
  if (kind === 'choice')
    attempt(() => {
      title = shownTitle(found['name'], 'name');
      return {};
    });
  for (const [key, check] of Object.entries(KEYS)) {
    if (Object.hasOwn(found, key)) attempt(() => check(found[key], key));
  }
  return { said, title, problems };
}

function autostart(value: unknown, key: string): AutostartEntry[] {
  if (!Array.isArray(value) || value.length > MAX_AUTOSTART)
    throw expected(key, `at most ${MAX_AUTOSTART} tables [[autostart]]`);
  const entries = value.map((item, i) => autostartEntry(item, `${key}[${i}]`));
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw expected(key, `each name once, not "${twice}" twice`);
  return entries;
}

function autostartEntry(value: unknown, key: string): AutostartEntry {
  const entry = table(value, key);
  knownKeys(entry, ['name', 'command', 'restart', 'delay-ms'], `${key}.`);
  return {
    name: entryName(entry['name'], `${key}.name`),
    command: command(entry['command'], `${key}.command`),
    restart: oneOf(...RESTARTS)(entry['restart'] ?? 'never', `${key}.restart`),
    delayMs: whole(0, MAX_DELAY_MS)(entry['delay-ms'] ?? 0, `${key}.delay-ms`),
  };
}

function environment(value: unknown, key: string): Record<string, string> {
  const variables = Object.entries(table(value, key));
  if (variables.length > MAX_VARIABLES) throw expected(key, `at most ${MAX_VARIABLES} variables`);
  for (const [name] of variables) {
    const where = `${key}.${printable(name)}`;
    if (!VARIABLE.test(name) || name.length > 128)
      throw expected(where, 'a name of letters, digits and "_"');
    if (OURS.test(name)) throw expected(where, 'another variable: this one is the session’s own');
  }
  return Object.fromEntries(
    variables.map(([name, content]) => [name, variableValue(content, `${key}.${name}`)]),
  );
}

function keyboard(value: unknown, key: string): SessionKeyboard {
  const names = table(value, key);
  knownKeys(names, ['layout', 'variant', 'options'], `${key}.`);
  const part = (name: string) => xkbNames(names[name] ?? '', `${key}.${name}`);
  const layout = part('layout');
  if (layout === '') throw expected(`${key}.layout`, 'an XKB layout, e.g. "de"');
  return { layout, variant: part('variant'), options: part('options') };
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
}
