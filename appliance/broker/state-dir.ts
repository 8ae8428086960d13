import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { makeFolder } from '../../protocol/node/make-folder.ts';

/** sun_path holds 108 bytes with its final NUL: unix(7). */
const MAX_SOCKET_PATH = 107;

/** Where everything of one wrsrvd lives. */
export interface StateDir {
  readonly root: string;
  readonly identity: string;
  readonly logs: string;
  /** Sockets between wrsrvd and its sessions. */
  readonly run: string;
  /** XDG_RUNTIME_DIR of the session: the caller's own, or `run` where the caller has none. */
  readonly runtime: string;
  readonly lockSocket: string;
  readonly knownBrowsers: string;
  sessionSocket(session: string): string;
  sessionLog(session: string): string;
  /** What the session's applications print. */
  applicationLog(session: string): string;
}

/**
 * Makes the state directory ready: what is missing is made 0700; what is there stays as it is, and is refused if
 * others could change the directory or see into its folders.
 * @throws ExitError naming the folder and what is wrong with it
 */
export function openStateDir(path: string, environment: NodeJS.ProcessEnv = process.env): StateDir {
  const root = resolve(path);
  const run = join(root, 'run');
  const dir: StateDir = {
    root,
    identity: join(root, 'identity'),
    logs: join(root, 'log'),
    run,
    runtime: usableRuntimeDir(environment['XDG_RUNTIME_DIR']) ?? run,
    lockSocket: join(run, 'wrsrvd.sock'),
    knownBrowsers: join(root, 'browsers.json'),
    sessionSocket: (session) => join(run, `${session}.sock`),
    sessionLog: (session) => join(root, 'log', `${session}.log`),
    applicationLog: (session) => join(root, 'log', `${session}.applications.log`),
  };
  makePrivate(root, 0o022);
  for (const folder of [dir.identity, dir.logs, run]) makePrivate(folder, 0o077);
  if (Buffer.byteLength(dir.sessionSocket('session')) > MAX_SOCKET_PATH) {
    throw new ExitError(`--state-dir ${root}: path too long for the sockets in it`, EXIT.config);
  }
  return dir;
}

/**
 * @param mask permissions that nobody may have
 * @param option what the person has set
 * @throws ExitError
 */
export function makePrivate(folder: string, mask: number, option = '--state-dir'): void {
  const refuse = (why: string, cause?: unknown) =>
    new ExitError(`${option}: ${folder} ${why}`, EXIT.config, { cause });
  let stat: Stats;
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    stat = statSync(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw refuse(`cannot be written: ${code ?? message}`, cause);
  }
  if (stat.uid !== process.getuid?.()) throw refuse('belongs to another user');
  const mode = (stat.mode & 0o777).toString(8);
  if (stat.mode & mask) throw refuse(`is open to others (mode ${mode}): chmod 700 '${folder}'`);
}

function usableRuntimeDir(path: string | undefined): string | null {
  if (!path) return null;
  try {
    const stat = statSync(path);
    return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0
      ? path
      : null;
  } catch {
    return null;
  }
}
