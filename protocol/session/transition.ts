import { attachmentFailed, detach, finish, lockAsked, lockLifted, show } from './changes.ts';
import type { Effect } from './effect.ts';
import type { SessionEvent } from './event.ts';
import { type Place, samePlace } from './place.ts';
import type { Proof } from './policy.ts';
import {
  type Candidate,
  type Destroyed,
  isShown,
  type Live,
  type SessionState,
  type TimerName,
} from './state.ts';
import { armed, fired, restartTimer, startTimer, stopTimer } from './timers.ts';
import { acceptedOf, accepts } from './unlock.ts';

export interface Step {
  readonly state: SessionState;
  readonly effects: readonly Effect[];
}

/** The only place where it is decided which terminal shows a session. Pure: same state and event, same step. */
export function transition(state: SessionState, event: SessionEvent): Step {
  if (state.name === 'destroyed') return afterTheEnd(state, event);
  const effects: Effect[] = [];
  return { state: next(state, event, effects), effects };
}

function next(state: Live, event: SessionEvent, effects: Effect[]): SessionState {
  const { atMs } = event;
  switch (event.type) {
    case 'started':
      return compositorStarted(state, atMs, effects);
    case 'attach':
      return ask(
        state,
        {
          place: event.place,
          token: event.token,
          proof: null,
          ...(event.lies ? { lies: true } : {}),
        },
        atMs,
        effects,
      );
    case 'login':
      return login(state, event, atMs, effects);
    case 'authenticated':
      return prove(state, event, atMs, effects);
    case 'attachFailed':
      return attachmentFailed(state, event.attachment, atMs, effects);
    case 'cardRemoved':
      return cardRemoved(state, event.place, event.token, atMs, effects);
    case 'terminalLost':
      return leave(state, event.place, 'terminalLost', atMs, effects);
    case 'replaced':
      return leave(state, event.place, 'otherSession', atMs, effects);
    case 'activity':
      return activity(state, effects);
    case 'lock':
      return state.name === 'created' ? state : lockAsked(state, event.by, effects);
    case 'unlock':
      return unlock(state, event.proof, effects);
    case 'leave':
      return isShown(state) ? detach(state, 'asked', atMs, effects) : state;
    case 'givenUp':
      return givenUp(state, event.place, effects);
    case 'logout':
      return finish(state, 'logout', 'user', 'ended', effects);
    case 'compositorEnded':
      return finish(state, 'compositorEnded', event.how, 'failed', effects);
    case 'timerFired':
      return timerFired(state, event.timer, atMs, effects);
    case 'adminDetach':
      return isShown(state) ? detach(state, 'administrator', atMs, effects) : state;
    case 'adminMove':
      return adminMove(state, event.place, event.by, atMs, effects);
    case 'adminKill':
      return finish(state, 'administrator', event.by, 'ended', effects);
    default:
      return event satisfies never;
  }
}

/** Whoever comes too late must hear it rather than wait in front of a black screen. */
function afterTheEnd(state: Destroyed, event: SessionEvent): Step {
  const asks = event.type === 'attach' || event.type === 'login' || event.type === 'adminMove';
  return { state, effects: asks ? [{ type: 'tell', place: event.place, reason: 'ended' }] : [] };
}

function compositorStarted(state: Live, atMs: number, effects: Effect[]): Live {
  if (state.name !== 'created') return state;
  const ready = { ...state, compositorReady: true };
  if (ready.candidate?.proof) return show(ready, ready.candidate, atMs, effects);
  if (!ready.proven) return ready;
  // Its user has logged in and pulled the card before there was anything to see: it waits like any other.
  const { compositorReady: _, proven: __, ...living } = ready;
  const calm = stopTimer({ ...living, name: 'suspended' }, 'start', effects);
  return startTimer({ ...calm, shownAtMs: atMs }, 'suspended', state.policy.suspendedMs, effects);
}

/** A terminal wants the session: it becomes the candidate, and the owner only once it has proved itself. */
function ask(state: Live, asking: Candidate, atMs: number, effects: Effect[]): Live {
  const { place, token } = asking;
  // A card that is inserted where it was moved to is how somebody follows it.
  const follows = state.candidate?.moved && samePlace(state.candidate.place, place);
  const candidate: Candidate = follows ? { ...asking, moved: true } : asking;
  if (isShown(state) && samePlace(state.owner.place, place)) {
    // The card came back where its session is shown: the last insertion wins over a terminal that still asks.
    const alone = dropCandidate(state, 'replaced', effects);
    return { ...alone, owner: { ...state.owner, token: token ?? state.owner.token } };
  }
  if (isSame(state.candidate, candidate)) return state;
  const accepted = acceptedOf(state, candidate, atMs);
  const first = state.candidate;
  if (first?.proof && (samePlace(first.place, place) || !accepted.includes('nothing')))
    return keepProven(state, first, candidate, effects);
  const waiting = { ...dropCandidate(state, 'replaced', effects), candidate };
  if (accepted.includes('nothing')) return admit(waiting, candidate, 'nothing', atMs, effects);
  effects.push({ type: 'authenticate', place, token, accepts: accepted });
  return startTimer(waiting, 'login', state.policy.loginMs, effects);
}

/**
 * Somebody has proved that the session is theirs and waits for it to start: whoever only asks, perhaps with a card that
 * was found, does not put an end to that.
 */
function keepProven<S extends Live>(
  state: S,
  first: Candidate,
  { place, token }: Candidate,
  effects: Effect[],
): S {
  const isHere = samePlace(first.place, place);
  effects.push({ type: 'tell', place, reason: isHere ? 'starting' : 'startsElsewhere' });
  // As where it is shown already, the last insertion counts.
  return isHere ? { ...state, candidate: { ...first, token: token ?? first.token } } : state;
}

const isSame = (before: Candidate | null, now: Candidate): boolean =>
  before !== null &&
  samePlace(before.place, now.place) &&
  before.token === now.token &&
  before.lies === now.lies;

/** Whoever has just logged in at a terminal need not be asked again. */
function login(
  state: Live,
  { place, proof, token = null }: SessionEvent & { readonly type: 'login' },
  atMs: number,
  effects: Effect[],
): Live {
  const candidate: Candidate = { place, token, proof: null };
  const known = state.candidate && samePlace(state.candidate.place, place);
  if (known) return prove(state, { place, proof, token }, atMs, effects);
  const shownThere = isShown(state) && samePlace(state.owner.place, place);
  if (shownThere || !accepts(state, proof, atMs)) {
    if (!shownThere) effects.push({ type: 'audit', what: { kind: 'proof-refused', place, proof } });
    return ask(state, candidate, atMs, effects);
  }
  const waiting = { ...dropCandidate(state, 'replaced', effects), candidate };
  return admit(waiting, candidate, proof, atMs, effects);
}

function prove(
  state: Live,
  {
    place,
    proof,
    token = null,
  }: Pick<SessionEvent & { type: 'login' }, 'place' | 'proof' | 'token'>,
  atMs: number,
  effects: Effect[],
): Live {
  const { candidate } = state;
  if (!candidate || candidate.proof || !samePlace(candidate.place, place)) return state;
  const accepted = acceptedOf(state, candidate, atMs);
  const held = { ...candidate, token: candidate.token ?? token };
  if (accepted.includes(proof) || accepted.includes('nothing'))
    return admit(state, held, proof, atMs, effects);
  effects.push({ type: 'audit', what: { kind: 'proof-refused', place, proof } });
  effects.push({ type: 'authenticate', place, token: candidate.token, accepts: accepted });
  return state;
}

function admit(
  state: Live,
  candidate: Candidate,
  proof: Proof,
  atMs: number,
  effects: Effect[],
): Live {
  const proven = { ...candidate, proof };
  const calm = stopTimer({ ...state, candidate: proven }, 'login', effects);
  if (calm.name !== 'created') return show(calm, proven, atMs, effects);
  const created = { ...calm, proven: true };
  return created.compositorReady ? show(created, proven, atMs, effects) : created;
}

/** The terminal knows already; one that has proved itself waits for the compositor and gives nothing up. */
function givenUp(state: Live, place: Place, effects: Effect[]): Live {
  const { candidate } = state;
  if (!candidate || candidate.proof || !samePlace(candidate.place, place)) return state;
  effects.push({ type: 'endAuthentication', place, reason: 'asked' });
  return stopTimer({ ...state, candidate: null }, 'login', effects);
}

function dropCandidate<S extends Live>(
  state: S,
  reason: 'replaced' | 'cardRemoved' | 'terminalLost' | 'otherSession' | 'loginTimeout',
  effects: Effect[],
): S {
  if (!state.candidate) return state;
  const { place } = state.candidate;
  effects.push({ type: 'endAuthentication', place, reason });
  if (reason !== 'terminalLost') effects.push({ type: 'tell', place, reason });
  return stopTimer({ ...state, candidate: null }, 'login', effects);
}

/** Only the card that brought the session here takes it away. */
function cardRemoved(
  state: Live,
  place: Place,
  token: string,
  atMs: number,
  effects: Effect[],
): Live {
  const holder = [isShown(state) ? state.owner : null, state.candidate].find(
    (one) => one && samePlace(one.place, place),
  );
  return holder?.token === token ? leave(state, place, 'cardRemoved', atMs, effects) : state;
}

function leave(
  state: Live,
  place: Place,
  reason: 'cardRemoved' | 'terminalLost' | 'otherSession',
  atMs: number,
  effects: Effect[],
): Live {
  const asks = state.candidate && samePlace(state.candidate.place, place);
  const rest = asks ? dropCandidate(state, reason, effects) : state;
  if (!isShown(rest) || !samePlace(rest.owner.place, place)) return rest;
  return detach(rest, reason, atMs, effects);
}

/** At the terminal that shows it: only what is good enough at any time. */
function unlock(state: Live, proof: Proof, effects: Effect[]): Live {
  const { always } = state.policy.unlock;
  if (!isShown(state) || !(always.includes(proof) || always.includes('nothing'))) return state;
  return activity(lockLifted(state, proof, effects), effects);
}

function activity<S extends Live>(state: S, effects: Effect[]): S {
  if (!isShown(state) || !state.policy.idle) return state;
  return restartTimer(state, 'idle', state.policy.idle.afterMs, effects);
}

function timerFired(state: Live, timer: TimerName, atMs: number, effects: Effect[]): SessionState {
  if (!armed(state, timer)) return state;
  const rest = fired(state, timer);
  switch (timer) {
    case 'start':
      return finish(rest, 'notStarted', 'policy', 'failed', effects);
    case 'login':
      return dropCandidate(rest, 'loginTimeout', effects);
    case 'idle':
      return idle(rest, atMs, effects);
    case 'suspended':
      return finish(rest, 'suspendedTooLong', 'policy', 'ended', effects);
    case 'lifetime':
      return finish(rest, 'lifetime', 'policy', 'ended', effects);
    default:
      return timer satisfies never;
  }
}

function idle(state: Live, atMs: number, effects: Effect[]): SessionState {
  switch (state.policy.idle?.action) {
    case 'suspend':
      return isShown(state) ? detach(state, 'idle', atMs, effects) : state;
    case 'end':
      return finish(state, 'idle', 'policy', 'ended', effects);
    default:
      return lockAsked(state, 'idle', effects);
  }
}

/** Not even an administrator shows a session to somebody who has not proved who they are. */
function adminMove(
  state: Live,
  place: Place,
  by: string,
  atMs: number,
  effects: Effect[],
): SessionState {
  if (state.candidate?.proof) return state;
  effects.push({ type: 'audit', what: { kind: 'session-moved', place, by } });
  return ask(state, { place, token: null, proof: null, moved: true }, atMs, effects);
}
