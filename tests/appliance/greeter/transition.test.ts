import test from 'ava';
import {
  type Effect,
  type ElementId,
  type Event,
  INITIAL,
  type Key,
  type State,
} from '../../../appliance/greeter/conversation/state.ts';
import { transition } from '../../../appliance/greeter/conversation/transition.ts';
import type { BrokerMessage } from '../../../appliance/greeter/wire/greeter-messages.ts';
import { HELLO } from './scripted-broker.ts';

const NOW = 1_000_000;
type Step =
  | BrokerMessage
  | Key
  | Extract<Event, { type: 'press' | 'capsLock' | 'tick' }>
  | `"${string}`;

/** Words in quotes are typed, others are keys; objects are messages, or events. */
function events(step: Step): Event[] {
  if (typeof step !== 'string') {
    const own = step.type === 'press' || step.type === 'capsLock' || step.type === 'tick';
    return [own ? step : { type: 'broker', message: step }];
  }
  if (!step.startsWith('"')) return [{ type: 'key', key: step as Key }];
  return [...step.slice(1)].map((character) => ({
    type: 'text',
    codePoint: character.codePointAt(0) as number,
  }));
}

function run(...steps: Step[]): { state: State; effects: Effect[] } {
  let state = INITIAL;
  const effects: Effect[] = [];
  for (const event of steps.flatMap(events)) {
    const next = transition(state, event, NOW);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const sent = ({ effects }: { effects: Effect[] }) =>
  effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []));
const answered = ({ effects }: { effects: Effect[] }) =>
  effects.filter((effect) => effect.type === 'answer');

const ASK: BrokerMessage = { type: 'ask', login: 'a', reason: 'login', fixed: false };
const CARD: BrokerMessage = { ...ASK, user: 'ada', shownName: 'Ada Lovelace', fixed: true };
const SECRET = { style: 'secret', text: 'Password: ' } as const;
const prompt = (...prompts: (BrokerMessage & { type: 'prompt' })['prompts']): BrokerMessage => ({
  type: 'prompt',
  login: 'a',
  round: 0,
  prompts,
});
const FAILED: BrokerMessage = { type: 'failed', login: 'a', code: 'failed', message: 'Wrong.' };
const TWO = [
  { id: 'x', name: 'Desktop' },
  { id: 'y', name: 'Other' },
];

test('a name is typed, corrected and sent', (t) => {
  const end = run(HELLO, ASK, '"adax', 'BackSpace', 'Enter');
  t.deepEqual(sent(end), [{ type: 'begin', login: 'a', user: 'ada' }]);
  t.is(end.state.step.kind, 'working');
  t.deepEqual(sent(run(HELLO, ASK, '"  ', 'Enter')), []);
  t.is(run(HELLO, ASK, '"ada', 'Clear').state.user, '');
  t.is(run(HELLO, ASK, `"${'x'.repeat(300)}`).state.user.length, 128);
});

test('a name off a card begins by itself and cannot be changed', (t) => {
  const end = run(HELLO, CARD, '"x', prompt(SECRET), '"x');
  t.deepEqual(sent(end), [{ type: 'begin', login: 'a' }]);
  t.is(end.state.user, '');
  t.is(end.state.focus, 'answer:0');
});

test('a secret is nowhere in the state', (t) => {
  const end = run(HELLO, CARD, prompt(SECRET), '"hunté2', 'BackSpace');
  t.false(JSON.stringify(end.state).includes('hunt'));
  t.deepEqual(end.effects.filter(({ type }) => type === 'erase').length, 1);
  const appended = end.effects.flatMap((effect) =>
    effect.type === 'append' ? [String.fromCodePoint(effect.codePoint)] : [],
  );
  t.is(appended.join(''), 'hunté2');
  const { step } = end.state;
  t.is(step.kind === 'prompts' && step.answers[0]?.characters, 5);
});

test('an answer takes no more bytes than PAM does', (t) => {
  const end = run(HELLO, CARD, prompt(SECRET), `"${'é'.repeat(300)}`);
  t.is(end.effects.filter(({ type }) => type === 'append').length, 256);
});

test('several prompts are answered at once, each in its place; then everything is wiped', (t) => {
  const end = run(
    HELLO,
    CARD,
    prompt({ style: 'info', text: 'Code sent.' }, SECRET, { style: 'visible', text: 'Code' }),
    '"pw',
    'Enter',
    '"123',
    'Enter',
  );
  t.deepEqual(answered(end), [
    { type: 'answer', login: 'a', round: 0, answers: [null, 'answer:1', { text: '123' }] },
  ]);
  t.is(end.effects.at(-1)?.type, 'wipe');
  t.is(end.state.step.kind, 'working');
});

test('what only tells something is acknowledged and stays to be read', (t) => {
  const end = run(
    HELLO,
    CARD,
    prompt({ style: 'error', text: 'Expired.' }, { style: 'info', text: ' ' }),
  );
  t.like(answered(end)[0], { answers: [null, null] });
  t.deepEqual(end.state.notices, [{ style: 'error', text: 'Expired.' }]);
});

test('a new round takes the place of the one before', (t) => {
  const again = { ...prompt(SECRET, SECRET), round: 1 } as BrokerMessage;
  const end = run(
    HELLO,
    CARD,
    prompt(SECRET),
    '"old',
    'Enter',
    again,
    '"new',
    'Tab',
    '"new',
    'Enter',
  );
  t.like(answered(end)[1], { round: 1, answers: ['answer:0', 'answer:1'] });
});

test('why it failed is shown through the next try, until something is sent', (t) => {
  const failed = run(HELLO, ASK, '"ada', 'Enter', {
    ...FAILED,
    retryAfterMs: 5000,
  } as BrokerMessage);
  t.deepEqual(failed.state.step, { kind: 'failed', untilMs: NOW + 5000 });
  t.is(failed.state.focus, null);
  const over = transition(failed.state, { type: 'tick' }, NOW + 5000);
  t.deepEqual(over.state.step, { kind: 'failed', untilMs: null });
  const next = run(HELLO, ASK, '"ada', 'Enter', FAILED, { ...ASK, login: 'b' } as BrokerMessage);
  t.like(next.state, { failure: 'Wrong.', user: 'ada', focus: 'user' });
  const sentAgain = run(HELLO, ASK, '"ada', 'Enter', FAILED, ASK, 'Enter');
  t.is(sentAgain.state.failure, '');
});

test('Escape cancels, forgets the name, and says nothing of failure', (t) => {
  const end = run(HELLO, ASK, '"ada', 'Enter', prompt(SECRET), '"x', 'Escape');
  t.deepEqual(sent(end).at(-1), { type: 'cancel', login: 'a' });
  t.is(end.state.user, '');
  t.true(end.effects.some(({ type }) => type === 'wipe'));
  const after = run(HELLO, ASK, 'Escape', { ...FAILED, code: 'cancelled' } as BrokerMessage, ASK);
  t.like(after.state, { failure: '', user: '', step: { kind: 'name' } });
});

test('news of another login changes nothing', (t) => {
  for (const message of [prompt(SECRET), FAILED, { type: 'accepted', login: 'a' } as const]) {
    const other = { ...message, login: 'other' } as BrokerMessage;
    t.is(run(HELLO, CARD, other).state.step.kind, 'working');
  }
});

test('Tab and the arrows reach everything, round and round', (t) => {
  const hello = { ...HELLO, shutdown: true, sessions: TWO } as BrokerMessage;
  const all: ElementId[] = [
    'user',
    'session',
    'submit',
    'cancel',
    'keyboard',
    'contrast',
    'large',
    'shutdown',
  ];
  for (const [at, id] of all.entries()) {
    t.is(run(hello, ASK, ...Array<Key>(at).fill('Tab')).state.focus, id);
    t.is(run(hello, ASK, ...Array<Key>(at).fill('Down')).state.focus, id);
    t.is(run(hello, ASK, ...Array<Key>(all.length - at).fill('BackTab')).state.focus, id);
  }
  t.is(run(hello, ASK, 'Right').state.focus, 'user');
  t.is(run(hello, ASK, 'Tab', 'Tab', 'Right', 'Left').state.focus, 'submit');
});

test('a session is chosen from a menu; with a card it is asked for before anything else', (t) => {
  const hello = { ...HELLO, sessions: TWO } as BrokerMessage;
  const end = run(hello, ASK, '"ada', 'Tab', 'Enter', 'Down', 'Enter', 'BackTab', 'Enter');
  t.deepEqual(sent(end), [{ type: 'begin', login: 'a', user: 'ada', session: 'y' }]);
  const card = run(hello, CARD);
  t.deepEqual([card.state.step.kind, card.state.focus, sent(card)], ['name', 'submit', []]);
  t.deepEqual(sent(run(hello, CARD, 'Enter')), [{ type: 'begin', login: 'a', session: 'x' }]);
  const unlock = run(hello, { ...CARD, reason: 'unlock' } as BrokerMessage);
  t.deepEqual(sent(unlock), [{ type: 'begin', login: 'a' }]);
});

test('a keyboard layout is told to the broker and taken here', (t) => {
  const press = { type: 'press', element: 'keyboard' } as const;
  const end = run(HELLO, ASK, press, 'Down', 'Enter');
  const de = { layout: 'de', variant: '' };
  t.deepEqual(sent(end), [{ type: 'keyboard', ...de }]);
  t.deepEqual(
    end.effects.filter(({ type }) => type === 'keyboard'),
    [{ type: 'keyboard', ...de }],
  );
  t.like(end.state, { keyboard: de, menu: null, focus: 'user' });
  t.is(run(HELLO, ASK, press, 'End').state.focus, 'item:2');
  t.like(run(HELLO, ASK, press, 'Escape').state, { menu: null, focus: 'keyboard' });
  t.is(run(HELLO, ASK, press, { type: 'press', element: null }).state.menu, null);
});

test('shutting down is there only when offered, and is asked twice', (t) => {
  const press = { type: 'press', element: 'shutdown' } as const;
  t.deepEqual(sent(run(HELLO, ASK, press, 'Right', 'Enter')), []);
  const hello = { ...HELLO, shutdown: true } as BrokerMessage;
  t.deepEqual(sent(run(hello, ASK, press, 'Enter')), []);
  t.deepEqual(sent(run(hello, ASK, press, 'Right', 'Enter')), [{ type: 'shutdown' }]);
  t.deepEqual(sent(run(hello, press, { type: 'press', element: 'confirm' })), [
    { type: 'shutdown' },
  ]);
});

test('contrast and size can be changed at any time; the broker may begin with high contrast', (t) => {
  t.like(run(HELLO, 'F8', 'F9').state, { contrast: 'high', large: true });
  t.like(run(HELLO, ASK, 'F8', 'F8', 'F9', 'F9').state, { contrast: 'normal', large: false });
  const high = { ...HELLO, contrast: 'high' } as BrokerMessage;
  t.is(run(high).state.contrast, 'high');
  t.is(run(HELLO, 'F8', HELLO).state.contrast, 'high');
});

test('the space bar presses a button and types into a field', (t) => {
  t.is(run(HELLO, ASK, '"a b').state.user, 'a b');
  t.deepEqual(sent(run(HELLO, ASK, '"ada', 'Tab', '" ')), [
    { type: 'begin', login: 'a', user: 'ada' },
  ]);
});

test('what is typed while nothing is asked goes nowhere', (t) => {
  const end = run(HELLO, CARD, '"secret ', 'Enter', prompt(SECRET));
  const { step } = end.state;
  t.is(step.kind === 'prompts' && step.answers[0]?.characters, 0);
  t.deepEqual([end.state.menu, end.state.contrast], [null, 'normal']);
  t.false(end.effects.some(({ type }) => type === 'append'));
});

test('bye ends it, and nothing secret stays', (t) => {
  const end = run(HELLO, CARD, prompt(SECRET), '"x', { type: 'bye' });
  t.deepEqual(end.effects.slice(-2), [{ type: 'wipe' }, { type: 'exit' }]);
});

test('whatever comes in whatever order is put up with', (t) => {
  const steps: Step[] = [
    HELLO,
    ASK,
    CARD,
    FAILED,
    prompt(SECRET),
    prompt(),
    { type: 'accepted', login: 'a' },
    { type: 'message', login: 'a', style: 'info', text: 'x' },
    '"x ',
    'Tab',
    'Enter',
    'Escape',
    'BackSpace',
    'Clear',
    'Left',
    'End',
    { type: 'press', element: 'keyboard' },
    { type: 'press', element: 'item:1' },
    { type: 'capsLock', on: true },
  ];
  let seed = 7;
  for (let round = 0; round < 300; round++) {
    const order = Array.from({ length: 30 }, () => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return steps[seed % steps.length] as Step;
    });
    const { state } = run(...order);
    t.true(state.focus === null || typeof state.focus === 'string');
  }
});

test('what PAM says after a login is read before the session comes, and not by a held Enter', (t) => {
  const told: BrokerMessage = { type: 'told', login: 'a' };
  const { state } = run(
    HELLO,
    CARD,
    { type: 'message', login: 'a', style: 'info', text: 'x' },
    told,
  );
  t.is(state.focus, 'submit');
  const enter = { type: 'key', key: 'Enter' } as const;
  t.deepEqual(transition(state, enter, NOW + 100).effects, []);
  const read = { type: 'send', message: { type: 'read', login: 'a' } } as const;
  t.deepEqual(transition(state, enter, NOW + 700).effects, [read]);
});

test('Enter pressed once more while a login is under way cancels nothing', (t) => {
  t.deepEqual(sent(run(HELLO, ASK, '"ada', 'Enter', 'Enter', 'Enter')), [
    { type: 'begin', login: 'a', user: 'ada' },
  ]);
});
