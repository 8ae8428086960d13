import test from 'ava';
import { guessLayout, keyboardNames, LAYOUTS } from '../../../firmware/browser/layouts.ts';
import { Keymap } from '../../../native/xkb/index.ts';

const labels = (keys: Record<string, string>) => new Map(Object.entries(keys));
const english = labels({ KeyQ: 'q', KeyY: 'y', Semicolon: ';', Quote: "'", Backslash: '\\' });

test('every layout that can be chosen is known to the session', (t) => {
  for (const { id } of LAYOUTS) {
    t.notThrows(() => new Keymap(keyboardNames(id))[Symbol.dispose](), id);
  }
});

test('the keys tell the layout, whatever the language', (t) => {
  const german = labels({ KeyQ: 'q', KeyY: 'z', Semicolon: 'ö', Minus: 'ß' });
  t.is(guessLayout(german, ['en-US']), 'de');
  t.is(guessLayout(labels({ KeyQ: 'a', KeyW: 'z', Equal: '=' }), ['en-US']), 'fr');
  t.is(guessLayout(labels({ KeyQ: 'a', KeyW: 'z', Equal: '-' }), ['nl-BE']), 'be');
  t.is(guessLayout(labels({ KeyQ: 'q', Semicolon: ';', Backslash: '#' }), ['de']), 'gb');
  t.is(guessLayout(labels({ KeyQ: 'q', Semicolon: ';', Quote: '´' }), ['de']), 'us:intl');
  t.is(guessLayout(labels({ KeyQ: 'q', Semicolon: 'ñ', BracketLeft: '`' }), ['en']), 'es');
  t.is(guessLayout(labels({ KeyQ: 'q', Semicolon: 'ò' }), ['en']), 'it');
});

test('an English keyboard stays English for a German speaker, and becomes Polish for a Polish one', (t) => {
  t.is(guessLayout(english, ['de-DE']), 'us');
  t.is(guessLayout(english, ['pl-PL']), 'pl');
});

test('without labels the language decides', (t) => {
  t.is(guessLayout(null, ['de-CH', 'en']), 'ch');
  t.is(guessLayout(null, ['de-DE']), 'de');
  t.is(guessLayout(null, ['en-GB']), 'gb');
  t.is(guessLayout(null, ['xx', 'fr-FR']), 'fr');
  t.is(guessLayout(null, []), 'us');
});
