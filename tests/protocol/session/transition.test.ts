import test from 'ava';
import { createSession, foundSession } from '../../../protocol/session/begin.ts';
import type { Effect } from '../../../protocol/session/effect.ts';
import type { SessionEvent } from '../../../protocol/session/event.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { DEFAULT_POLICY, type SessionPolicy } from '../../../protocol/session/policy.ts';
import type { SessionState } from '../../../protocol/session/state.ts';
import { transition } from '../../../protocol/session/transition.ts';

const hall: Place = { terminal: 'hall', connection: 'h1' };
const lab: Place = { terminal: 'lab', connection: 'l1' };
const grace: SessionPolicy = {
  ...DEFAULT_POLICY,
  unlock: { always: ['pam'], withinGrace: ['cardKey'], graceMs: 5000 },
};

type Happening = SessionEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'atMs'>
    : never
  : never;

/** A session in the hands of a test. */
class Trial {
  state: SessionState;
  effects: readonly Effect[];
  nowMs = 0;

  constructor(policy: SessionPolicy = DEFAULT_POLICY) {
    const begun = createSession('s', policy, 0);
    this.state = begun.state;
    this.effects = begun.effects;
  }

  /** Effects of the event, in order and in short. */
  on(event: Happening): string[] {
    const step = transition(this.state, { ...event, atMs: this.nowMs } as SessionEvent);
    this.state = step.state;
    this.effects = step.effects;
    return this.effects.filter(({ type }) => type !== 'audit').map(short);
  }

  get audited(): string[] {
    return this.effects.flatMap((effect) => (effect.type === 'audit' ? effect.what.kind : []));
  }
}

function short(effect: Effect): string {
  switch (effect.type) {
    case 'attach':
    case 'blank':
      return `${effect.type} ${effect.place.connection}`;
    case 'release':
    case 'tell':
    case 'endAuthentication':
      return `${effect.type} ${effect.place.connection} ${effect.reason}`;
    case 'authenticate':
      return `authenticate ${effect.place.connection} ${effect.accepts.join('|')}`;
    case 'startTimer':
    case 'stopTimer':
      return `${effect.type} ${effect.timer}`;
    case 'destroy':
      return `destroy ${effect.reason}`;
    default:
      return effect.type;
  }
}

function shown(policy: SessionPolicy = DEFAULT_POLICY): Trial {
  const trial = new Trial(policy);
  trial.on({ type: 'started' });
  trial.on({ type: 'attach', place: hall, token: 'card' });
  trial.on({ type: 'authenticated', place: hall, proof: 'pam' });
  return trial;
}

test('created, authenticated, active', (t) => {
  const trial = new Trial({ ...DEFAULT_POLICY, lifetimeMs: 1000 });
  t.deepEqual(trial.effects.map(short), ['audit', 'startTimer start', 'startTimer lifetime']);
  t.is(trial.state.name, 'created');
  t.deepEqual(trial.on({ type: 'started' }), []);
  t.deepEqual(trial.on({ type: 'attach', place: hall, token: 'card' }), [
    'authenticate h1 pam|pin',
    'startTimer login',
  ]);
  t.deepEqual(trial.on({ type: 'authenticated', place: hall, proof: 'pam' }), [
    'stopTimer login',
    'stopTimer start',
    'attach h1',
    'startTimer idle',
  ]);
  t.is(trial.state.name, 'active');
});

test('a login that is quicker than the compositor waits for it', (t) => {
  const trial = new Trial();
  trial.on({ type: 'attach', place: hall, token: 'card' });
  t.deepEqual(trial.on({ type: 'authenticated', place: hall, proof: 'pin' }), ['stopTimer login']);
  t.is(trial.state.name, 'created');
  t.deepEqual(trial.on({ type: 'started' }), ['stopTimer start', 'attach h1', 'startTimer idle']);
});

test('a card pulled while the session starts leaves a suspended session', (t) => {
  const trial = new Trial();
  trial.on({ type: 'login', place: hall, proof: 'pam' });
  trial.on({ type: 'terminalLost', place: hall });
  t.deepEqual(trial.on({ type: 'started' }), ['stopTimer start', 'startTimer suspended']);
  t.is(trial.state.name, 'suspended');
});

test('a session that nobody comes to see is cleaned up', (t) => {
  const trial = new Trial();
  t.deepEqual(trial.on({ type: 'timerFired', timer: 'start' }), ['destroy notStarted']);
});

test('the card is pulled: released, blanked, told, then locked', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'cardRemoved', place: hall, token: 'card' }), [
    'release h1 cardRemoved',
    'blank h1',
    'tell h1 cardRemoved',
    'stopTimer idle',
    'lock',
    'startTimer suspended',
  ]);
  t.is(trial.state.name, 'suspended');
  t.deepEqual(trial.audited, ['session-detached', 'session-locked']);
});

test('another card or another connection takes nothing away', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'cardRemoved', place: hall, token: 'other' }), []);
  const earlier: Place = { terminal: 'hall', connection: 'h0' };
  t.deepEqual(trial.on({ type: 'cardRemoved', place: earlier, token: 'card' }), []);
  t.deepEqual(trial.on({ type: 'terminalLost', place: earlier }), []);
  t.is(trial.state.name, 'active');
});

test('a session without a card is not taken away by somebody who pulls one', (t) => {
  const trial = new Trial();
  trial.on({ type: 'started' });
  trial.on({ type: 'login', place: hall, proof: 'pam' });
  t.deepEqual(trial.on({ type: 'cardRemoved', place: hall, token: 'card' }), []);
  t.is(trial.state.name, 'active');
});

test('a terminal that is lost is released, but cannot be told', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'terminalLost', place: hall }).slice(0, 2), [
    'release h1 terminalLost',
    'stopTimer idle',
  ]);
});

test('at the next terminal the session resumes, unlocked', (t) => {
  const trial = shown();
  trial.on({ type: 'cardRemoved', place: hall, token: 'card' });
  trial.on({ type: 'attach', place: lab, token: 'card' });
  t.deepEqual(trial.on({ type: 'authenticated', place: lab, proof: 'pin' }), [
    'stopTimer login',
    'stopTimer suspended',
    'unlock',
    'attach l1',
    'startTimer idle',
  ]);
  t.is(trial.state.name, 'resumed');
});

test('the old terminal keeps the session until the new one has proved itself', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'attach', place: lab, token: 'card' }), [
    'authenticate l1 pam|pin',
    'startTimer login',
  ]);
  t.is(trial.state.name, 'active');
  t.deepEqual(trial.on({ type: 'authenticated', place: lab, proof: 'pam' }).slice(0, 5), [
    'stopTimer login',
    'release h1 replaced',
    'blank h1',
    'tell h1 replaced',
    'attach l1',
  ]);
});

test('the last of two candidates wins, the first is told', (t) => {
  const trial = new Trial();
  trial.on({ type: 'started' });
  trial.on({ type: 'attach', place: hall, token: 'card' });
  t.deepEqual(trial.on({ type: 'attach', place: lab, token: 'card' }), [
    'endAuthentication h1 replaced',
    'tell h1 replaced',
    'stopTimer login',
    'authenticate l1 pam|pin',
    'startTimer login',
  ]);
  t.deepEqual(trial.on({ type: 'authenticated', place: hall, proof: 'pam' }), []);
});

test('a candidate that takes too long is sent away, and the owner never noticed', (t) => {
  const trial = shown();
  trial.on({ type: 'attach', place: lab, token: 'card' });
  t.deepEqual(trial.on({ type: 'timerFired', timer: 'login' }), [
    'endAuthentication l1 loginTimeout',
    'tell l1 loginTimeout',
  ]);
  t.is(trial.state.name, 'active');
});

test('a proof that is not enough is audited and asked for again', (t) => {
  const trial = shown(grace);
  trial.nowMs = 100;
  trial.on({ type: 'cardRemoved', place: hall, token: 'card' });
  trial.nowMs = 5000;
  t.deepEqual(
    trial.on({ type: 'attach', place: lab, token: 'card' })[0],
    'authenticate l1 pam|cardKey',
  );
  trial.nowMs = 5101;
  t.deepEqual(trial.on({ type: 'authenticated', place: lab, proof: 'cardKey' }), [
    'authenticate l1 pam',
  ]);
  t.deepEqual(trial.audited, ['proof-refused']);
  t.true(trial.on({ type: 'authenticated', place: lab, proof: 'pam' }).includes('attach l1'));
});

test('within the grace time the card alone is enough', (t) => {
  const trial = shown(grace);
  trial.on({ type: 'cardRemoved', place: hall, token: 'card' });
  trial.nowMs = 5000;
  trial.on({ type: 'attach', place: lab, token: 'card' });
  t.true(trial.on({ type: 'authenticated', place: lab, proof: 'cardKey' }).includes('attach l1'));
});

test('a clock that was set back prolongs no grace', (t) => {
  const trial = shown(grace);
  trial.nowMs = 90_000;
  trial.on({ type: 'cardRemoved', place: hall, token: 'card' });
  trial.nowMs = 89_000;
  t.is(trial.on({ type: 'attach', place: lab, token: 'card' })[0], 'authenticate l1 pam');
});

test('a lock that was asked for wants the full proof, grace or not', (t) => {
  const trial = shown(grace);
  t.deepEqual(trial.on({ type: 'lock', by: 'user' }), ['lock']);
  trial.on({ type: 'cardRemoved', place: hall, token: 'card' });
  t.is(trial.on({ type: 'attach', place: lab, token: 'card' })[0], 'authenticate l1 pam');
});

test('unlocking on the spot wants the full proof', (t) => {
  const trial = shown(grace);
  trial.on({ type: 'lock', by: 'user' });
  t.deepEqual(trial.on({ type: 'unlock', proof: 'cardKey' }), []);
  t.deepEqual(trial.on({ type: 'unlock', proof: 'pam' }), [
    'unlock',
    'stopTimer idle',
    'startTimer idle',
  ]);
});

test('a first login is never satisfied by the card alone', (t) => {
  const trial = new Trial(grace);
  trial.on({ type: 'started' });
  t.deepEqual(trial.on({ type: 'login', place: hall, proof: 'cardKey' }), [
    'authenticate h1 pam',
    'startTimer login',
  ]);
  t.is(trial.state.name, 'created');
});

test('a kiosk shows its session to whoever comes', (t) => {
  const unlock = { always: ['nothing'], withinGrace: [], graceMs: 0 } as const;
  const trial = new Trial({ ...DEFAULT_POLICY, unlock });
  trial.on({ type: 'started' });
  t.true(trial.on({ type: 'attach', place: hall, token: null }).includes('attach h1'));
});

test('a kiosk that is locked is unlocked by anybody', (t) => {
  const unlock = { always: ['nothing'], withinGrace: [], graceMs: 0 } as const;
  const trial = shown({ ...DEFAULT_POLICY, unlock, idle: null });
  trial.on({ type: 'lock', by: 'admin' });
  t.deepEqual(trial.on({ type: 'unlock', proof: 'pam' }), ['unlock']);
});

test('the same user who logs in elsewhere gets the same session', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'login', place: lab, proof: 'pam' }).slice(0, 4), [
    'release h1 replaced',
    'blank h1',
    'tell h1 replaced',
    'attach l1',
  ]);
});

test('a reader that reports the card again changes nothing', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'attach', place: hall, token: 'card' }), []);
  const asking = new Trial();
  asking.on({ type: 'attach', place: hall, token: 'card' });
  t.deepEqual(asking.on({ type: 'attach', place: hall, token: 'card' }), []);
});

test('an attachment that fails suspends, an old failure does nothing', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'attachFailed', attachment: 0 }), []);
  t.is(trial.on({ type: 'attachFailed', attachment: 1 })[0], 'release h1 failed');
  t.is(trial.state.name, 'suspended');
});

test('idleness locks, suspends or ends, as the policy says', (t) => {
  const fire = { type: 'timerFired', timer: 'idle' } as const;
  t.deepEqual(shown().on(fire), ['lock']);
  const suspends = shown({ ...DEFAULT_POLICY, idle: { afterMs: 1, action: 'suspend' } });
  t.is(suspends.on(fire)[0], 'release h1 idle');
  const ends = shown({ ...DEFAULT_POLICY, idle: { afterMs: 1, action: 'end' } });
  const end = ends.on(fire);
  t.true(end.includes('destroy idle'));
  t.is(end[0], 'release h1 ended', 'nothing of it is left to come back to');
  const locked = shown();
  locked.on(fire);
  t.deepEqual(locked.on({ type: 'activity' }), ['startTimer idle']);
  t.deepEqual(locked.on({ type: 'activity' }), ['stopTimer idle', 'startTimer idle']);
});

test('a suspended session ends after its time, a shown one after its lifetime', (t) => {
  const trial = shown({ ...DEFAULT_POLICY, lifetimeMs: 1000 });
  trial.on({ type: 'cardRemoved', place: hall, token: 'card' });
  t.deepEqual(trial.on({ type: 'timerFired', timer: 'suspended' }), [
    'stopTimer lifetime',
    'destroy suspendedTooLong',
  ]);
  const old = shown({ ...DEFAULT_POLICY, lifetimeMs: 1000 });
  t.deepEqual(old.on({ type: 'timerFired', timer: 'lifetime' }), [
    'release h1 ended',
    'blank h1',
    'tell h1 ended',
    'stopTimer idle',
    'destroy lifetime',
  ]);
});

test('the session ends by logout, by itself and by an administrator', (t) => {
  t.true(shown().on({ type: 'logout' }).includes('destroy logout'));
  const crashed = shown();
  t.deepEqual(crashed.on({ type: 'compositorEnded', how: 'SIGSEGV' }).slice(0, 3), [
    'release h1 failed',
    'blank h1',
    'tell h1 failed',
  ]);
  t.true(shown().on({ type: 'adminKill', by: 'root' }).includes('tell h1 ended'));
});

test('an administrator moves a session, and still somebody has to prove who they are', (t) => {
  const trial = shown();
  t.deepEqual(trial.on({ type: 'adminMove', place: lab, by: 'root' }), [
    'authenticate l1 pam|pin',
    'startTimer login',
  ]);
  t.deepEqual(trial.audited, ['session-moved']);
  t.is(trial.on({ type: 'adminDetach', by: 'root' })[0], 'release h1 administrator');
});

test('who comes after the end is told so', (t) => {
  const trial = shown();
  trial.on({ type: 'logout' });
  t.deepEqual(trial.on({ type: 'attach', place: lab, token: 'card' }), ['tell l1 ended']);
  t.deepEqual(trial.on({ type: 'timerFired', timer: 'idle' }), []);
  t.deepEqual(trial.on({ type: 'authenticated', place: lab, proof: 'pam' }), []);
});

test('a session found after the broker was away is locked and its times go on', (t) => {
  const remembered = {
    id: 's',
    createdAtMs: 0,
    shownAtMs: 400,
    lock: 'none',
    attachments: 7,
  } as const;
  const policy = { ...DEFAULT_POLICY, suspendedMs: 1000, lifetimeMs: 900 };
  const { state, effects } = foundSession(remembered, policy, 1000);
  t.is(state.lock, 'detached');
  t.is(state.attachments, 7);
  t.deepEqual(
    effects.filter(({ type }) => type !== 'audit'),
    [
      { type: 'lock' },
      { type: 'startTimer', timer: 'suspended', afterMs: 400 },
      { type: 'startTimer', timer: 'lifetime', afterMs: 0 },
    ],
  );
});
