import type { Effect, LeaveReason } from './effect.ts';
import type { Proof } from './policy.ts';
import {
  type Candidate,
  type Destroyed,
  type EndReason,
  isShown,
  type Live,
  type Owner,
  type Shown,
  type Suspended,
} from './state.ts';
import { startTimer, stopTimer } from './timers.ts';

/** Gives the session to a candidate that has proved itself; whoever had it is released and blanked first. */
export function show(state: Live, candidate: Candidate, atMs: number, effects: Effect[]): Shown {
  const { place, token, proof, moved } = candidate;
  if (isShown(state)) dismiss(state.owner, moved ? 'moved' : 'replaced', effects);
  const calm = stopTimer(stopTimer(state, 'start', effects), 'suspended', effects);
  const open = proof ? lockLifted(calm, proof, effects) : calm;
  const attachment = state.attachments + 1;
  effects.push({ type: 'attach', place, token, attachment });
  const what = { kind: 'session-attached', place, token, proof: proof ?? 'nothing' } as const;
  effects.push({ type: 'audit', what });
  const shown: Shown = {
    ...living(open),
    name: state.name === 'created' ? 'active' : 'resumed',
    owner: { place, token, attachment },
    attachments: attachment,
    shownAtMs: atMs,
    candidate: null,
  };
  const idle = stopTimer(shown, 'idle', effects);
  return startTimer(idle, 'idle', state.policy.idle?.afterMs ?? null, effects);
}

/** Takes the session from its terminal; applications run on. */
export function detach(
  state: Shown,
  reason: LeaveReason,
  atMs: number,
  effects: Effect[],
): Suspended {
  dismiss(state.owner, reason, effects);
  const calm = stopTimer(state, 'idle', effects);
  const locks = state.policy.lockOnDetach && state.lock === 'none';
  if (locks) {
    effects.push({ type: 'lock' });
    effects.push({ type: 'audit', what: { kind: 'session-locked', by: 'policy' } });
  }
  const suspended: Suspended = {
    ...living(calm),
    name: 'suspended',
    lock: locks ? 'detached' : state.lock,
    shownAtMs: atMs,
  };
  return startTimer(suspended, 'suspended', state.policy.suspendedMs, effects);
}

/** The terminal that was given the session does not show it. */
export function attachmentFailed(
  state: Live,
  attachment: number,
  atMs: number,
  effects: Effect[],
): Live {
  if (!isShown(state) || state.owner.attachment !== attachment) return state;
  return detach(state, 'failed', atMs, effects);
}

/** Ends the session: nobody shows it, nobody waits for it, no timer runs. */
export function finish(
  state: Live,
  reason: EndReason,
  by: string,
  told: LeaveReason,
  effects: Effect[],
): Destroyed {
  if (isShown(state)) dismiss(state.owner, told, effects);
  if (state.candidate) {
    const { place } = state.candidate;
    effects.push({ type: 'endAuthentication', place, reason: told });
    effects.push({ type: 'tell', place, reason: told });
  }
  for (const timer of state.timers) effects.push({ type: 'stopTimer', timer });
  effects.push({ type: 'destroy', reason });
  effects.push({ type: 'audit', what: { kind: 'session-ended', reason, by } });
  return { name: 'destroyed', id: state.id, reason };
}

export function lockAsked<S extends Live>(state: S, by: string, effects: Effect[]): S {
  if (state.lock === 'asked') return state;
  if (state.lock === 'none') effects.push({ type: 'lock' });
  effects.push({ type: 'audit', what: { kind: 'session-locked', by } });
  return { ...state, lock: 'asked' };
}

export function lockLifted<S extends Live>(state: S, by: Proof, effects: Effect[]): S {
  if (state.lock === 'none') return state;
  effects.push({ type: 'unlock' });
  effects.push({ type: 'audit', what: { kind: 'session-unlocked', by } });
  return { ...state, lock: 'none' };
}

/**
 * The relay stops before the picture is overwritten, or a frame on its way would paint over the blank. A terminal that
 * is lost cannot be told anything, but the session must still let go of its keys.
 */
function dismiss({ place, attachment }: Owner, reason: LeaveReason, effects: Effect[]): void {
  effects.push({ type: 'release', place, attachment, reason });
  if (reason !== 'terminalLost') {
    effects.push({ type: 'blank', place });
    effects.push({ type: 'tell', place, reason });
  }
  effects.push({ type: 'audit', what: { kind: 'session-detached', place, reason } });
}

const living = (state: Live) => ({
  id: state.id,
  policy: state.policy,
  createdAtMs: state.createdAtMs,
  shownAtMs: state.shownAtMs,
  lock: state.lock,
  attachments: state.attachments,
  timers: state.timers,
  candidate: state.candidate,
});
