import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '../../../protocol/errors.ts';
import { printable, type Table } from '../../../protocol/node/toml-checks.ts';

export const DEFAULT_CONFIG_FILE = '/etc/wayray/wrsrvd.toml';

/** What stands under a key, and in which file. */
export interface Entry {
  readonly value: unknown;
  readonly file: string;
}

export interface ConfigFiles {
  /** The file that was asked for, for messages about what stands nowhere. */
  readonly main: string;
  /** All files that were read, in their order. */
  readonly read: readonly string[];
  /** By key with its tables: `policy.idle-after`. Lists are values. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/**
 * Reads a file and the `conf.d/*.toml` beside it in the order of their names; what comes later counts, key by key.
 * @param file null: the usual one, which need not exist
 * @throws ConfigError naming the file
 */
export function readConfigFiles(file: string | null): ConfigFiles {
  const main = file ?? DEFAULT_CONFIG_FILE;
  const entries = new Map<string, Entry>();
  const read: string[] = [];
  for (const path of [main, ...droppedIn(join(dirname(main), 'conf.d'))]) {
    const text = readText(path, path === main && file === null);
    if (text === null) continue;
    read.push(path);
    collect(parseToml(text, path), '', path, entries);
  }
  return { main, read, entries };
}

function droppedIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.toml'));
    return names.sort().map((name) => join(folder, name));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new ConfigError(`${folder}: cannot be read: ${code}`, { cause });
  }
}

function readText(path: string, mayBeMissing: boolean): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeMissing) return null;
    throw new ConfigError(`${path}: cannot be read: ${code}`, { cause });
  }
}

function parseToml(text: string, path: string): Table {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what = ''] = cause.message.split('\n');
    throw new ConfigError(`${path}: line ${cause.line}: ${printable(what)}`, { cause });
  }
}

function collect(table: Table, prefix: string, file: string, into: Map<string, Entry>): void {
  for (const [name, value] of Object.entries(table)) {
    const key = `${prefix}${printable(name)}`;
    const isTable =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof Date);
    if (isTable) collect(value as Table, `${key}.`, file, into);
    else into.set(key, { value, file });
  }
}
