import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type ParsedFile, parseSessionFile } from './parse.ts';
import { type AutostartEntry, DEFAULT_CONFIG, type SessionConfig } from './session-config.ts';

export interface LoadedConfig {
  readonly config: SessionConfig;
  /** What is wrong, as `FILE: KEY: expected …`. */
  readonly problems: readonly string[];
}

const FILE = 'session.toml';
const MAX_BYTES = 65_536;
const NOTHING: ParsedFile = { said: {}, problems: [] };

/**
 * Reads session.toml of these folders, the later over the earlier. Never throws: what is wrong leaves what the earlier
 * ones or the defaults say, so that a slip in a file keeps nobody from working.
 */
export function loadSessionConfig(folders: readonly string[]): LoadedConfig {
  let config = DEFAULT_CONFIG;
  const problems: string[] = [];
  for (const folder of folders) {
    const path = join(folder, FILE);
    const file = readSessionFile(path);
    config = layered(config, file.said);
    problems.push(...file.problems.map((problem) => `${shortened(path)}: ${problem}`));
  }
  return { config, problems };
}

function readSessionFile(path: string): ParsedFile {
  let fd: number;
  try {
    // Not blocking, should it be a pipe.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? NOTHING : { said: {}, problems: [`cannot be read: ${code}`] };
  }
  try {
    if (!fstatSync(fd).isFile()) return { said: {}, problems: ['expected a file'] };
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(fd, bytes, 0, bytes.length, 0);
    if (length > MAX_BYTES) return { said: {}, problems: [`expected at most ${MAX_BYTES} bytes`] };
    return parseSessionFile(bytes.toString('utf8', 0, length));
  } catch (error) {
    return { said: {}, problems: [`cannot be read: ${(error as Error).message}`] };
  } finally {
    closeSync(fd);
  }
}

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
