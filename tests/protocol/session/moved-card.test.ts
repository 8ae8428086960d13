import test from 'ava';
import { createSession } from '../../../protocol/session/begin.ts';
import type { SessionEvent } from '../../../protocol/session/event.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { DEFAULT_POLICY } from '../../../protocol/session/policy.ts';
import { ownerOf, type SessionState } from '../../../protocol/session/state.ts';
import { transition } from '../../../protocol/session/transition.ts';

const hall: Place = { terminal: 'hall', connection: 'h1' };
const lab: Place = { terminal: 'lab', connection: 'l1' };
const office: Place = { terminal: 'office', connection: 'o1' };
const policy = {
  ...DEFAULT_POLICY,
  unlock: { always: ['cardKey', 'pam'], withinGrace: [], graceMs: 0 },
} as const;

function after(...events: readonly SessionEvent[]): SessionState {
  return events.reduce(
    (state, event) => transition(state, event).state,
    createSession('s', policy, 0).state as SessionState,
  );
}

const atMs = 1;
const moved: SessionEvent[] = [
  { type: 'started', atMs },
  { type: 'login', place: hall, proof: 'pam', atMs },
  { type: 'adminMove', place: lab, by: 'root', atMs },
];

test('a session that was moved to a terminal goes with the card that proved itself there', (t) => {
  const proven = after(...moved, {
    type: 'authenticated',
    place: lab,
    proof: 'cardKey',
    token: 'card',
    atMs,
  });
  t.like(ownerOf(proven), { place: lab, token: 'card' });
  const pulled = transition(proven, { type: 'cardRemoved', place: lab, token: 'card', atMs });
  t.is(pulled.state.name, 'suspended');
});

test('so it does with one that is registered there by a login', (t) => {
  const proven = after(...moved, { type: 'login', place: lab, proof: 'pam', token: 'new', atMs });
  t.is(ownerOf(proven)?.token, 'new');
});

test('the card that asked counts more than one that lies there', (t) => {
  const asked: SessionEvent = { type: 'attach', place: lab, token: 'asked', atMs };
  const proof = { type: 'authenticated', place: lab, proof: 'pam', token: 'other', atMs } as const;
  t.is(ownerOf(after(...moved.slice(0, 2), asked, proof))?.token, 'asked');
});

const movedThere: Record<string, readonly [SessionEvent[], 'moved' | 'replaced']> = {
  'a proof of whom the administrator has it shown to': [
    [...moved, { type: 'authenticated', place: lab, proof: 'pam', atMs }],
    'moved',
  ],
  'a login there': [[...moved, { type: 'login', place: lab, proof: 'pam', atMs }], 'moved'],
  'a card that is inserted there': [
    [
      ...moved,
      { type: 'attach', place: lab, token: 'card', atMs },
      { type: 'authenticated', place: lab, proof: 'cardKey', atMs },
    ],
    'moved',
  ],
  'a card elsewhere in between': [
    [
      ...moved,
      { type: 'attach', place: office, token: 'card', atMs },
      { type: 'authenticated', place: office, proof: 'cardKey', atMs },
    ],
    'replaced',
  ],
  'a card there later': [
    [
      ...moved,
      { type: 'givenUp', place: lab, atMs },
      { type: 'attach', place: lab, token: 'card', atMs },
      { type: 'authenticated', place: lab, proof: 'cardKey', atMs },
    ],
    'replaced',
  ],
};

for (const [name, [events, reason]] of Object.entries(movedThere)) {
  test(`the terminal before hears why: ${name}`, (t) => {
    const last = events.at(-1) as SessionEvent;
    const { effects } = transition(after(...events.slice(0, -1)), last);
    const told = effects.flatMap((effect) =>
      effect.type === 'tell' && effect.place === hall ? [effect.reason] : [],
    );
    t.deepEqual(told, [reason]);
    const released = effects.find(({ type }) => type === 'release');
    t.like(released, { place: hall, reason });
  });
}
