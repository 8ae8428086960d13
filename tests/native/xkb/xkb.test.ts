import test from 'ava';
import {
  type KeyboardNames,
  KeyboardState,
  Keymap,
  keyCodeMax,
  Led,
  normaliseNames,
} from '../../../native/xkb/index.ts';

const none: KeyboardNames = { rules: '', model: '', layout: '', variant: '', options: '' };
const code = {
  two: 3, minus: 12, e: 18, leftBracket: 26, a: 30, semicolon: 39, apostrophe: 40, leftShift: 42,
  six: 7, o: 24, rightAlt: 100, capsLock: 58, numLock: 69, q: 16, leftControl: 29, n: 49, keypad1: 79,
} as const; // biome-ignore format: one table

function stateOf(layout: string, more: Partial<KeyboardNames> = {}): KeyboardState {
  using keymap = new Keymap({ ...none, layout, ...more });
  return new KeyboardState(keymap);
}

function nameWith(state: KeyboardState, held: readonly number[], key: number): string {
  for (const modifier of held) state.key(modifier, true);
  const name = state.keysymName(key);
  for (const modifier of held) state.key(modifier, false);
  return name;
}

const cases: [layout: string, variant: string, held: number[], key: number, keysym: string][] = [
  ['', '', [], code.semicolon, 'semicolon'],
  ['de', '', [], code.apostrophe, 'adiaeresis'],
  ['de', '', [code.leftShift], code.apostrophe, 'Adiaeresis'],
  ['de', '', [], code.minus, 'ssharp'],
  ['de', '', [code.rightAlt], code.e, 'EuroSign'],
  ['de', '', [code.rightAlt], code.q, 'at'],
  ['fr', '', [], code.two, 'eacute'],
  ['fr', '', [], code.q, 'a'],
  ['fr', '', [], code.leftBracket, 'dead_circumflex'],
  ['us', 'intl', [code.rightAlt], code.n, 'ntilde'],
  ['us', 'intl', [code.leftShift], code.six, 'dead_circumflex'],
  ['us', 'intl', [], code.apostrophe, 'dead_acute'],
  ['us(intl)', '', [], code.apostrophe, 'dead_acute'],
];

for (const [layout, variant, held, key, keysym] of cases) {
  test(`${layout || 'default'} ${variant}: [${held}] + ${key} is ${keysym}`, (t) => {
    using state = stateOf(layout, { variant });
    t.is(nameWith(state, held, key), keysym);
    t.deepEqual(state.modifiers, { depressed: 0, latched: 0, locked: 0, group: 0 });
  });
}

test('the text is a keymap that names the layout', (t) => {
  using keymap = new Keymap({ ...none, layout: 'us(intl),de' });
  t.true(keymap.text.startsWith('xkb_keymap {'));
  t.true(keymap.text.includes('German'));
  t.false(keymap.text.includes('\0'));
  t.deepEqual({ ...keymap.names }, { ...none, layout: 'us,de', variant: 'intl,' });
});

test('modifiers: depressed while held, locked by caps lock, with its LED', (t) => {
  using state = stateOf('us');
  t.true(state.key(code.leftShift, true));
  t.is(state.modifiers.depressed, 1);
  t.true(state.isModifierActive('Shift'));
  t.false(state.key(code.a, true));
  t.false(state.key(code.a, false));
  t.true(state.key(code.leftShift, false));
  t.false(state.isModifierActive('Shift'));
  state.key(code.capsLock, true);
  state.key(code.capsLock, false);
  t.deepEqual(state.modifiers, { depressed: 0, latched: 0, locked: 2, group: 0 });
  t.is(state.leds(), Led.capsLock);
  t.is(state.keysymName(code.a), 'A');
  state.key(code.numLock, true);
  state.key(code.numLock, false);
  t.is(state.leds(), Led.capsLock | Led.numLock);
  t.is(state.keysymName(code.keypad1), 'KP_1');
});

test('a doubled press does not leave a modifier stuck', (t) => {
  using state = stateOf('us');
  t.true(state.key(code.leftControl, true));
  t.false(state.key(code.leftControl, true));
  t.true(state.key(code.leftControl, false));
  t.is(state.modifiers.depressed, 0);
  t.false(state.key(code.leftControl, false));
});

test('two layouts: the toggle option changes the group', (t) => {
  using state = stateOf('us,de', { options: 'grp:caps_toggle' });
  t.is(state.keysymName(code.apostrophe), 'apostrophe');
  t.true(state.key(code.capsLock, true));
  state.key(code.capsLock, false);
  t.is(state.modifiers.group, 1);
  t.is(state.keysymName(code.apostrophe), 'adiaeresis');
});

test('a latch holds until the next key', (t) => {
  using state = stateOf('de', { options: 'lv3:caps_switch_latch' });
  state.key(code.rightAlt, true);
  state.key(code.capsLock, true);
  state.key(code.capsLock, false);
  state.key(code.rightAlt, false);
  const { depressed, latched, locked } = state.modifiers;
  t.deepEqual({ depressed, locked }, { depressed: 0, locked: 0 });
  t.not(latched, 0);
  t.is(state.keysymName(code.e), 'EuroSign');
  t.true(state.key(code.e, true));
  state.key(code.e, false);
  t.is(state.modifiers.latched, 0);
  t.is(state.keysymName(code.e), 'e');
});

test('letters repeat, modifiers do not', (t) => {
  using state = stateOf('de');
  t.true(state.repeats(code.a));
  t.false(state.repeats(code.leftShift));
  t.false(state.repeats(code.capsLock));
});

test('an unknown layout or variant is named in the error', (t) => {
  t.throws(() => new Keymap({ ...none, layout: 'nowhere' }), {
    instanceOf: Error,
    message: /layout "nowhere"/,
  });
  t.throws(() => new Keymap({ ...none, layout: 'de', variant: 'nope' }), {
    message: /layout "de", variant "nope"/,
  });
  t.throws(() => new Keymap({ ...none, rules: 'norules' }), { message: /rules "norules"/ });
});

const refused: [KeyboardNames, RegExp][] = [
  [{ ...none, layout: '../../etc/passwd' }, /layout ".*passwd" holds a character/],
  [{ ...none, rules: '/tmp/rules' }, /rules/],
  [{ ...none, layout: 'us\0' }, /layout/],
  [{ ...none, layout: 'u'.repeat(257) }, /257 characters/],
  [{ ...none, layout: 'us,de,fr,es,it' }, /more than 4/],
  [{ ...none, layout: 'us', variant: 'a,b' }, /more parts/],
  [{ ...none, layout: 'us(intl', variant: '' }, /malformed/],
  [{ ...none, layout: 'us(intl)', variant: 'dvorak' }, /contradicts/],
  [{ ...none, variant: 'intl' }, /no layout/],
  [{ ...none, model: 5 as unknown as string }, /must be a string/],
];

for (const [names, message] of refused) {
  test(`refused: ${JSON.stringify(names).slice(0, 100)}`, (t) => {
    t.throws(() => new Keymap(names), { message });
  });
}

test('normaliseNames leaves plain names as they are', (t) => {
  const names = {
    rules: 'evdev',
    model: 'pc105',
    layout: 'us,de',
    variant: ',nodeadkeys',
    options: 'grp:alts_toggle,compose:rctrl',
  };
  t.deepEqual(normaliseNames(names), names);
  t.deepEqual(normaliseNames({ ...none, layout: 'us(intl)', variant: 'intl' }), {
    ...none,
    layout: 'us',
    variant: 'intl',
  });
});

test('codes outside the range are refused', (t) => {
  using state = stateOf('us');
  for (const bad of [-1, keyCodeMax + 1, 1.5, Number.NaN]) {
    t.throws(() => state.key(bad, true), { instanceOf: RangeError });
  }
  t.is(state.keysymName(keyCodeMax), 'NoSymbol');
});

test('closed objects throw', (t) => {
  const keymap = new Keymap(none);
  keymap[Symbol.dispose]();
  t.throws(() => keymap.text, { message: /closed/ });
  t.throws(() => new KeyboardState(keymap), { message: /closed/ });
  const state = stateOf('us');
  state[Symbol.dispose]();
  t.throws(() => state.key(code.a, true), { message: /closed/ });
});
