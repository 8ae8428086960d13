import test from 'ava';
import { createSession } from '../../../protocol/session/begin.ts';
import type { SessionEvent } from '../../../protocol/session/event.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { DEFAULT_POLICY, type SessionPolicy } from '../../../protocol/session/policy.ts';
import { candidateOf, ownerOf, type SessionState } from '../../../protocol/session/state.ts';
import { transition } from '../../../protocol/session/transition.ts';

const hall: Place = { terminal: 'hall', connection: 'h1' };
const lab: Place = { terminal: 'lab', connection: 'l1' };
const atMs = 1;

/** Somebody has logged in at the hall; the compositor is not there yet. */
function starting(policy: SessionPolicy = DEFAULT_POLICY): SessionState {
  const { state } = createSession('s', policy, 0);
  return transition(state, { type: 'login', place: hall, proof: 'pam', token: 'card', atMs }).state;
}

const heard = (state: SessionState, event: SessionEvent) =>
  transition(state, event).effects.filter(({ type }) => type !== 'audit');

interface Row {
  readonly event: SessionEvent;
  readonly candidate: Place;
  readonly proof: 'pam' | null;
  readonly token: string | null;
  readonly told: readonly object[];
}

const busy = [{ type: 'tell', place: lab, reason: 'startsElsewhere' }];
const rows: Record<string, Row> = {
  'a card elsewhere': {
    event: { type: 'attach', place: lab, token: 'card', atMs },
    ...{ candidate: hall, proof: 'pam', token: 'card', told: busy },
  },
  'a login elsewhere that is not enough': {
    event: { type: 'login', place: lab, proof: 'cardKey', atMs },
    ...{ candidate: hall, proof: 'pam', token: 'card', told: busy },
  },
  'an administrator who moves it': {
    event: { type: 'adminMove', place: lab, by: 'root', atMs },
    ...{ candidate: hall, proof: 'pam', token: 'card', told: [] },
  },
  'a proof elsewhere that nobody was asked for': {
    event: { type: 'authenticated', place: lab, proof: 'pam', atMs },
    ...{ candidate: hall, proof: 'pam', token: 'card', told: [] },
  },
  'another card where it starts': {
    event: { type: 'attach', place: hall, token: 'other', atMs },
    ...{ candidate: hall, proof: 'pam', token: 'other' },
    told: [{ type: 'tell', place: hall, reason: 'starting' }],
  },
  'a login elsewhere': {
    event: { type: 'login', place: lab, proof: 'pam', atMs },
    ...{ candidate: lab, proof: 'pam', token: null },
    told: [
      { type: 'endAuthentication', place: hall, reason: 'replaced' },
      { type: 'tell', place: hall, reason: 'replaced' },
    ],
  },
};

for (const [name, { event, candidate, proof, token, told }] of Object.entries(rows)) {
  test(`while a session starts for who has proved themselves: ${name}`, (t) => {
    const { state } = transition(starting(), event);
    t.like(candidateOf(state), { place: candidate, proof, token });
    const said = heard(starting(), event).filter(({ type }) => !type.endsWith('Timer'));
    t.deepEqual(said, told as typeof said);
    t.deepEqual(ownerOf(transition(state, { type: 'started', atMs }).state)?.place, candidate);
  });
}

test('where nothing needs to be proved, the last to come has it', (t) => {
  const open = { ...DEFAULT_POLICY.unlock, always: ['nothing'] as const };
  const kiosk = starting({ ...DEFAULT_POLICY, unlock: open });
  const { state } = transition(kiosk, { type: 'attach', place: lab, token: 'card', atMs });
  t.deepEqual(candidateOf(state)?.place, lab);
});
