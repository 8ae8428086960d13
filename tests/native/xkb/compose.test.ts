import test from 'ava';
import { Compose, codePointOf, KeyboardState, Keymap } from '../../../native/xkb/index.ts';

const names = { rules: '', model: '', layout: 'us', variant: 'intl', options: '' };
const KEY = { apostrophe: 40, e: 18, x: 45, shift: 42, a: 30 };

test('a keymap is taken from its text', (t) => {
  using own = new Keymap(names);
  using parsed = Keymap.parse(own.text);
  using state = new KeyboardState(parsed);
  t.is(state.keysymName(KEY.apostrophe), 'dead_acute');
  t.throws(() => Keymap.parse('nonsense'), { instanceOf: Error });
  t.throws(() => Keymap.parse(''), { instanceOf: Error });
});

test('modifiers may come from a compositor', (t) => {
  using keymap = new Keymap(names);
  using state = new KeyboardState(keymap);
  t.is(codePointOf(state.keysym(KEY.a)), 0x61);
  state.setModifiers({ depressed: 1, latched: 0, locked: 0, group: 0 });
  t.is(codePointOf(state.keysym(KEY.a)), 0x41);
  t.is(codePointOf(state.keysym(KEY.shift)), 0);
});

test('a dead key composes, and a pair that makes nothing gives nothing', (t) => {
  using keymap = new Keymap(names);
  using state = new KeyboardState(keymap);
  using compose = new Compose('en_US.UTF-8');
  const feed = (code: number) => codePointOf(compose.feed(state.keysym(code)));
  t.deepEqual([feed(KEY.apostrophe), feed(KEY.e)], [0, 'é'.codePointAt(0)]);
  t.deepEqual([feed(KEY.apostrophe), feed(KEY.x), feed(KEY.x)], [0, 0, 0x78]);
  feed(KEY.apostrophe);
  compose.reset();
  t.is(feed(KEY.e), 0x65);
});
