import test from 'ava';
import { createSession } from '../../../protocol/session/begin.ts';
import type { SessionEvent } from '../../../protocol/session/event.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { DEFAULT_POLICY } from '../../../protocol/session/policy.ts';
import { isShown, type SessionState } from '../../../protocol/session/state.ts';
import { transition } from '../../../protocol/session/transition.ts';

const before: Place = { terminal: 'hall', connection: 'h1' };
const anew: Place = { terminal: 'hall', connection: 'h2' };
const policy = {
  ...DEFAULT_POLICY,
  unlock: { always: ['cardKey', 'pam'], withinGrace: [], graceMs: 0 },
} as const;
const atMs = 1;
const proof = { type: 'authenticated', place: anew, proof: 'cardKey', atMs } as const;

function after(...events: readonly SessionEvent[]): SessionState {
  return events.reduce(
    (state, event) => transition(state, event).state,
    createSession('s', policy, 0).state as SessionState,
  );
}

const shown: SessionEvent[] = [
  { type: 'started', atMs },
  { type: 'login', place: before, proof: 'pam', token: 'card', atMs },
];
const lost: SessionEvent = { type: 'terminalLost', place: before, atMs };
const lies: SessionEvent = { type: 'attach', place: anew, token: 'card', lies: true, atMs };
const inserted: SessionEvent = { type: 'attach', place: anew, token: 'card', atMs };
const lock: SessionEvent = { type: 'lock', by: 'user', atMs };

test('a connection that comes back does not undo a lock by the card that still lies there', (t) => {
  const step = transition(after(...shown, lock, lost), lies);
  t.like(
    step.effects.find(({ type }) => type === 'authenticate'),
    { accepts: ['pam'] },
  );
  t.false(isShown(transition(step.state, proof).state));
  t.true(isShown(transition(step.state, { ...proof, proof: 'pam' }).state));
});

test('inserted anew it does, and where nobody asked for a lock it may lie there', (t) => {
  t.true(isShown(after(...shown, lock, lost, lies, inserted, proof)));
  t.true(isShown(after(...shown, lost, lies, proof)));
});
