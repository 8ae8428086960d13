import type { Effect } from './effect.ts';
import type { SessionPolicy } from './policy.ts';
import type { Created, Lock, Suspended } from './state.ts';
import { startTimer } from './timers.ts';

/** A new session: its compositor is to be started, nobody has logged in to it. */
export function createSession(
  id: string,
  policy: SessionPolicy,
  atMs: number,
): { state: Created; effects: readonly Effect[] } {
  const effects: Effect[] = [{ type: 'audit', what: { kind: 'session-created' } }];
  const created: Created = {
    ...unseen(id, policy, atMs),
    name: 'created',
    compositorReady: false,
    proven: false,
  };
  const starting = startTimer(created, 'start', policy.startMs, effects);
  return { state: startTimer(starting, 'lifetime', policy.lifetimeMs, effects), effects };
}

/** What is remembered of a session while the broker is away. */
export interface Remembered {
  readonly id: string;
  readonly createdAtMs: number;
  readonly shownAtMs: number | null;
  readonly lock: Lock;
  readonly attachments: number;
}

/**
 * A session that outlived the broker. Whatever it was before, no terminal shows it now: their links went with the
 * broker. Its times go on counting from when they began.
 */
export function foundSession(
  remembered: Remembered,
  policy: SessionPolicy,
  atMs: number,
): { state: Suspended; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const locks = policy.lockOnDetach && remembered.lock === 'none';
  if (locks) effects.push({ type: 'lock' });
  effects.push({ type: 'audit', what: { kind: 'session-found' } });
  const found: Suspended = {
    ...unseen(remembered.id, policy, remembered.createdAtMs),
    name: 'suspended',
    shownAtMs: remembered.shownAtMs,
    lock: locks ? 'detached' : remembered.lock,
    attachments: remembered.attachments,
  };
  const seenAtMs = remembered.shownAtMs ?? remembered.createdAtMs;
  const unseenLeftMs = left(policy.suspendedMs, seenAtMs, atMs);
  const waiting = startTimer(found, 'suspended', unseenLeftMs, effects);
  const lifeLeftMs = left(policy.lifetimeMs, remembered.createdAtMs, atMs);
  return { state: startTimer(waiting, 'lifetime', lifeLeftMs, effects), effects };
}

/** Never less than nothing, never more than the whole, whatever the clock did. */
function left(wholeMs: number | null, sinceMs: number, atMs: number): number | null {
  if (wholeMs === null) return null;
  return Math.min(wholeMs, Math.max(0, sinceMs + wholeMs - atMs));
}

const unseen = (id: string, policy: SessionPolicy, createdAtMs: number) => ({
  id,
  policy,
  createdAtMs,
  shownAtMs: null,
  lock: 'none' as const,
  attachments: 0,
  timers: new Set<never>(),
  candidate: null,
});
