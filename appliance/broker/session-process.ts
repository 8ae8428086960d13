import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openBoundedLog } from '../../protocol/node/bounded-file.ts';
import { EXIT, ExitError } from '../../protocol/node/cli.ts';
import { COMPOSITOR_FLAGS } from '../engine-flags.ts';
import { endSessionProcesses, SESSION_MARK, sessionMark } from '../session-processes.ts';
import type { SingleUserOptions } from './options.ts';
import { answers, removeStale } from './single-instance.ts';
import type { StateDir } from './state-dir.ts';

const PROGRAM = fileURLToPath(new URL('../session/main.js', import.meta.url));
/** A log that is longer at the start of a session is put aside. */
const MAX_LOG_BYTES = 4 << 20;
const LAST_THREADS_MS = 500;
const START_TIMEOUT_MS = 20_000;

export interface StartedSession {
  readonly id: string;
  readonly socket: string;
  /** Null for a session that an earlier wrsrvd started. */
  readonly process: ChildProcess | null;
}

/** Finds the session that an earlier wrsrvd left running, or starts one; what a dead one left running ends first. */
export async function findOrStartSession(
  id: string,
  state: StateDir,
  options: SingleUserOptions,
): Promise<StartedSession> {
  const socket = state.sessionSocket(id);
  if (await answers(socket)) return { id, socket, process: null };
  await endLeftovers(id, state);
  return { id, socket, process: await startSession(id, socket, state, options) };
}

/** Ends what is left of a session whose wrcomp has ended; one that still holds its socket is left alone. */
export async function endLeftovers(id: string, state: StateDir): Promise<void> {
  const socket = state.sessionSocket(id);
  if (!(await fallsSilent(socket))) return;
  await endSessionProcesses(sessionMark(socket));
  removeStale(socket);
}

/** Threads of a process that was killed may hold its socket for a moment after it counts as ended. */
async function fallsSilent(socket: string): Promise<boolean> {
  const deadlineMs = performance.now() + LAST_THREADS_MS;
  while (await answers(socket)) {
    if (performance.now() > deadlineMs) return false;
    await wait(20);
  }
  return true;
}

/** A process group of its own: Ctrl-C on wrsrvd's terminal and `kill -9` of wrsrvd leave it running. */
async function startSession(
  id: string,
  socket: string,
  state: StateDir,
  options: SingleUserOptions,
): Promise<ChildProcess> {
  const logFile = state.sessionLog(id);
  const log = openLogFile(logFile);
  const child = spawn(
    process.execPath,
    [...COMPOSITOR_FLAGS, PROGRAM, ...sessionArguments(id, socket, state, options)],
    {
      // Without the mark of a session that we were started in: wrcomp is no application.
      env: { ...process.env, [SESSION_MARK]: undefined, XDG_RUNTIME_DIR: state.runtime },
      stdio: ['ignore', log, log, 'pipe'],
      detached: true,
    },
  );
  closeSync(log);
  await ready(child, logFile);
  child.unref();
  return child;
}

function openLogFile(path: string): number {
  try {
    return openBoundedLog(path, MAX_LOG_BYTES);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ExitError(`${path}: cannot be written: ${code}`, EXIT.config, { cause });
  }
}

function sessionArguments(
  id: string,
  socket: string,
  state: StateDir,
  options: SingleUserOptions,
): string[] {
  const { width, height } = options.size;
  const args = ['--session', id, '--socket', socket, '--size', `${width}x${height}`];
  args.push('--exec', options.exec, '--log-level', options.logLevel);
  args.push('--application-log', state.applicationLog(id));
  args.push('--video', options.video);
  if (options.waylandDisplay) args.push('--wayland-display', options.waylandDisplay);
  return args;
}

/** wrcomp writes one line to descriptor 3 when it serves its sockets. */
async function ready(child: ChildProcess, logFile: string): Promise<void> {
  const pipe = child.stdio[3] as Readable;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lines = createInterface({ input: pipe });
  lines.once('line', (line) =>
    line === 'ready' ? resolve() : reject(new ExitError(`the session does not start: ${line}`)),
  );
  child.once('error', (cause) => reject(new ExitError(`wrcomp does not start: ${cause.message}`)));
  child.once('exit', (status, signal) =>
    reject(
      new ExitError(
        `wrcomp ended while starting (${signal ?? `status ${status}`}); its log is ${logFile}`,
      ),
    ),
  );
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    reject(
      new ExitError(
        `wrcomp is not ready after ${START_TIMEOUT_MS / 1000} s; its log is ${logFile}`,
      ),
    );
  }, START_TIMEOUT_MS);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    child.removeAllListeners('exit');
    lines.close();
    pipe.destroy();
  }
}
