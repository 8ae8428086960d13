import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Variable that every application of a session has, with those that it started. */
export const SESSION_MARK = 'WAYRAY_SESSION';

/** Time a process has between the polite signal and the one it cannot refuse. */
const GRACE_MS = 2000;
/** One that the kernel does not let go (proc(5): state D) is not waited for any longer. */
const FORCE_MS = 2000;
const LOOK_EVERY_MS = 20;

/** What the mark says for the session that serves this socket; its folder's inode tells two with one path apart. */
export function sessionMark(socket: string): string {
  return `${statSync(dirname(socket)).ino}:${socket}`;
}

/**
 * Ends what the applications of a session have left running, whoever is its parent by now: politely, and by force after
 * 2 s. Gives how many there were. Ourselves we leave alone: wrsrvd may have been started within the session.
 * @param uid whose processes alone may end. Root must say it: anybody can set the mark, also beside processes of root
 */
export async function endSessionProcesses(mark: string, uid?: number): Promise<number> {
  const look = (): number[] => sessionProcesses(mark, uid);
  const found = look();
  if (found.length === 0) return 0;
  if (await signalUntilGone(look, found, 'SIGTERM', GRACE_MS)) return found.length;
  await signalUntilGone(look, look(), 'SIGKILL', FORCE_MS);
  return found.length;
}

/** Those that show up meanwhile get the signal too. */
async function signalUntilGone(
  look: () => number[],
  first: readonly number[],
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<boolean> {
  const told = new Set<number>();
  const deadlineMs = performance.now() + timeoutMs;
  for (let left = first; left.length > 0; left = look()) {
    for (const pid of left) if (!told.has(pid)) send(pid, signal);
    for (const pid of left) told.add(pid);
    if (performance.now() > deadlineMs) return false;
    await wait(LOOK_EVERY_MS);
  }
  return true;
}

/** The marked ones, and those of the same kernel session: a program may have another environment than it was given. */
export function sessionProcesses(mark: string, uid?: number): number[] {
  const living = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => uid === undefined || realUser(pid) === uid)
    .map((pid) => ({ pid, sid: kernelSession(pid) }))
    .filter(({ sid }) => sid !== null);
  const wanted = `${SESSION_MARK}=${mark}`;
  const marked = new Set(living.filter(({ pid }) => environmentOf(pid).includes(wanted)));
  const sids = new Set([...marked].map(({ sid }) => sid).filter((sid) => sid !== OUTSIDE));
  return living.filter((one) => marked.has(one) || sids.has(one.sid)).map(({ pid }) => pid);
}

/** What the kernel calls every session whose leader is outside of our PID namespace, so it tells none apart. */
const OUTSIDE = 0;

/** Null for a process that has ended or only waits for its parent to notice (proc(5): state Z). */
function kernelSession(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = 'Z', , , sid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(state) ? null : Number(sid);
  } catch {
    return null;
  }
}

function realUser(pid: number): number {
  try {
    return Number(/^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Empty for another user's. */
function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
