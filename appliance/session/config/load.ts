import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type FileKind, type ParsedFile, parseSessionFile } from './parse.ts';
import { type AutostartEntry, DEFAULT_CONFIG, type SessionConfig } from './session-config.ts';

export interface LoadedConfig {
  readonly config: SessionConfig;
  /** What is wrong, as `FILE: KEY: expected …`. */
  readonly problems: readonly string[];
}

/** Where files are looked for, from the lowest layer to the uppermost. */
export interface SessionFolders {
  /** For everybody; also those that can be chosen. */
  readonly system: string;
  readonly user: string;
}

const FILE = 'session.toml';
const MAX_BYTES = 65_536;
const NOTHING: ParsedFile = { said: {}, title: null, problems: [] };

/**
 * Reads the session.toml of everybody, over it the session that was chosen, over that the user's own file. Never throws:
 * what is wrong leaves what the earlier ones or the defaults say, so that a slip in a file keeps nobody from working.
 * @param choice null: none was chosen
 */
export function loadSessionConfig(
  { system, user }: SessionFolders,
  choice: string | null = null,
): LoadedConfig {
  let config = DEFAULT_CONFIG;
  const problems: string[] = [];
  const take = (path: string, file: ParsedFile): void => {
    config = layered(config, file.said);
    problems.push(...file.problems.map((problem) => `${shortened(path)}: ${problem}`));
  };
  take(join(system, FILE), readSessionFile(join(system, FILE)));
  if (choice !== null) {
    const path = choiceFile(system, choice);
    take(path, readChoice(path));
  }
  take(join(user, FILE), readSessionFile(join(user, FILE)));
  const { endWith, autostart } = config;
  if (endWith === '' || autostart?.some(({ name }) => name === endWith))
    return { config, problems };
  problems.push(`session.toml: end-with: expected the name of an autostart entry, not ${endWith}`);
  return { config: { ...config, endWith: '' }, problems };
}

/** The file of a session that people can choose. @param system folder of the session.toml that holds for all */
export const choiceFile = (system: string, id: string): string =>
  join(system, 'sessions', `${id}.toml`);

/** Never throws, as above; that there is no such file is a problem as well. */
export function readChoice(path: string): ParsedFile {
  const file = readSessionFile(path, 'choice');
  return file === NOTHING ? { ...NOTHING, problems: ['there is no such file'] } : file;
}

function readSessionFile(path: string, kind: FileKind = 'plain'): ParsedFile {
  let fd: number;
  try {
    // Not blocking, should it be a pipe.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? NOTHING : wrong(`cannot be read: ${code}`);
  }
  try {
    if (!fstatSync(fd).isFile()) return wrong('expected a file');
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(fd, bytes, 0, bytes.length, 0);
    if (length > MAX_BYTES) return wrong(`expected at most ${MAX_BYTES} bytes`);
    return parseSessionFile(bytes.toString('utf8', 0, length), kind);
  } catch (error) {
    return wrong(`cannot be read: ${(error as Error).message}`);
  } finally {
    closeSync(fd);
  }
}

const wrong = (problem: string): ParsedFile => ({ ...NOTHING, problems: [problem] });

/** Key by key; variables one by one; of autostart entries with one name the upper counts. */
function layered(below: SessionConfig, said: Partial<SessionConfig>): SessionConfig {
  return {
    ...below,
    ...said,
    environment: { ...below.environment, ...said.environment },
    autostart: said.autostart
      ? mergedEntries(below.autostart ?? [], said.autostart)
      : below.autostart,
  };
}

function mergedEntries(
  below: readonly AutostartEntry[],
  above: readonly AutostartEntry[],
): AutostartEntry[] {
  const kept = below.filter(({ name }) => !above.some((entry) => entry.name === name));
  return [...kept, ...above];
}

function shortened(path: string): string {
  const home = homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
