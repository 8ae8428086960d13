import type { Remembered } from '../../protocol/session/begin.ts';
import { isShown, type Live } from '../../protocol/session/state.ts';
import type { SessionRecord } from './records.ts';

/** What the machine does not know about a session. */
export type SessionFacts = Pick<SessionRecord, 'revision' | 'user' | 'exclusive' | 'details'>;

/** What the registry keeps of a session's state. Whoever asks for it is not kept: they ask again. */
export function recordOf(state: Live, facts: SessionFacts): SessionRecord {
  const owner = isShown(state) ? state.owner : null;
  return {
    ...facts,
    id: state.id,
    state: state.name,
    terminal: owner?.place.terminal ?? null,
    token: owner?.token ?? null,
    lock: state.lock,
    attachments: state.attachments,
    createdAtMs: state.createdAtMs,
    shownAtMs: state.shownAtMs,
  };
}

/**
 * What a session was when the broker went away. One that was shown then was last seen now at the earliest: nobody wrote
 * down when its terminal went dark, and the time since its attachment must not count against its user.
 */
export function rememberedOf(record: SessionRecord, nowMs: number): Remembered {
  const { id, createdAtMs, shownAtMs, lock, attachments, terminal } = record;
  return { id, createdAtMs, shownAtMs: terminal === null ? shownAtMs : nowMs, lock, attachments };
}
