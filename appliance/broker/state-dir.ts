import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';

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
}

/**
 * Makes the state directory ready: folders 0700, writable.
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
  };
  for (const folder of [root, dir.identity, dir.logs, run]) makePrivate(folder);
  if (Buffer.byteLength(dir.sessionSocket('session')) > MAX_SOCKET_PATH) {
    throw new ExitError(`--state-dir ${root}: path too long for the sockets in it`, EXIT.config);
  }
  return dir;
}

function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ExitError(
      `--state-dir: ${folder} cannot be written: ${code ?? message}`,
      EXIT.config,
      { cause },
    );
  }
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
