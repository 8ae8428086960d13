import type { Place } from './place.ts';
import type { Proof, SessionPolicy } from './policy.ts';

export type TimerName = 'start' | 'login' | 'idle' | 'suspended' | 'lifetime';

/** 'detached': the policy locked it; 'asked': a person, an administrator or idleness did. */
export type Lock = 'none' | 'detached' | 'asked';

/** The terminal that shows a session. */
export interface Owner {
  readonly place: Place;
  /** What the token is known by (never the token itself); null for a login without one. */
  readonly token: string | null;
  /** Counts the attachments of a session, so that late news of an earlier one is recognised. */
  readonly attachment: number;
}

/** The terminal that asks for a session and sees nothing of it yet. */
export interface Candidate {
  readonly place: Place;
  readonly token: string | null;
  /** null until somebody there has proved who they are. */
  readonly proof: Proof | null;
  /** As in the event `attach`. */
  readonly lies?: boolean;
  /** An administrator moves the session to this terminal. */
  readonly moved?: boolean;
}

interface Living {
  readonly id: string;
  readonly policy: SessionPolicy;
  readonly createdAtMs: number;
  /** When it was last seen by somebody who had proved who they are; null before the first time. */
  readonly shownAtMs: number | null;
  readonly lock: Lock;
  readonly attachments: number;
  readonly timers: ReadonlySet<TimerName>;
  readonly candidate: Candidate | null;
}

/** Nobody has seen it yet: its compositor starts, or its user has yet to log in. */
export interface Created extends Living {
  readonly name: 'created';
  readonly compositorReady: boolean;
  /** Somebody has proved that it is theirs, even if they left before it was ready. */
  readonly proven: boolean;
}

/** `active` the first time, `resumed` at every terminal after that. */
export interface Shown extends Living {
  readonly name: 'active' | 'resumed';
  readonly owner: Owner;
}

export interface Suspended extends Living {
  readonly name: 'suspended';
}

export interface Destroyed {
  readonly name: 'destroyed';
  readonly id: string;
  readonly reason: EndReason;
}

export type Live = Created | Shown | Suspended;
export type SessionState = Live | Destroyed;

export type EndReason =
  | 'logout'
  | 'compositorEnded'
  | 'notStarted'
  | 'idle'
  | 'suspendedTooLong'
  | 'lifetime'
  | 'administrator';

export const isShown = (state: SessionState): state is Shown =>
  state.name === 'active' || state.name === 'resumed';

/** Who shows the session, whatever its state. */
export const ownerOf = (state: SessionState): Owner | null => (isShown(state) ? state.owner : null);

export const candidateOf = (state: SessionState): Candidate | null =>
  state.name === 'destroyed' ? null : state.candidate;
