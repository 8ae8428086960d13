import test from 'ava';
import { evdevOf } from '../../../firmware/browser/key-codes.ts';
import { Keyboard, type KeyboardDeps, platformOf } from '../../../firmware/browser/keyboard.ts';

function keyboard(platform: KeyboardDeps['platform'] = 'other') {
  const told: string[] = [];
  const board = new Keyboard({
    platform,
    key: (code, pressed) => told.push(`${pressed ? '+' : '-'}${code}`),
    onRelease: () => told.push('release'),
    onFullScreen: () => told.push('full screen'),
  });
  let prevented = 0;
  const event = (type: string, code: string, more: object = {}) =>
    board.handle({
      type,
      code,
      key: '',
      repeat: false,
      timeStamp: 0,
      preventDefault: () => prevented++,
      ...more,
    });
  return {
    board,
    told,
    prevented: () => prevented,
    down: (code: string, more?: object) => event('keydown', code, more),
    up: (code: string, more?: object) => event('keyup', code, more),
  };
}

test('keys go by their place; the browser does nothing with them', (t) => {
  const { down, up, told, prevented } = keyboard();
  down('KeyZ');
  down('KeyZ', { repeat: true });
  up('KeyZ');
  t.deepEqual(told, ['+44', '-44']);
  t.is(prevented(), 3);
});

test('a place that no keyboard of a PC has is left to the browser', (t) => {
  const { down, told, prevented } = keyboard();
  for (const code of ['', 'Unidentified', 'toString', '__proto__']) down(code);
  t.deepEqual(told, []);
  t.is(prevented(), 0);
});

test('the combinations of the terminal do not reach the session', (t) => {
  const { board, down, up, told } = keyboard();
  down('ControlLeft');
  down('AltLeft');
  down('KeyG');
  t.deepEqual(told, ['+29', '+56', 'release']);
  board.forget();
  up('KeyG');
  up('AltLeft');
  up('ControlLeft');
  t.deepEqual(told.slice(3), [], 'the session was told already that nothing is pressed');
});

test('Windows: the Ctrl that comes with AltGr is taken back', (t) => {
  const { down, told } = keyboard('windows');
  down('ControlLeft', { timeStamp: 100 });
  down('AltRight', { key: 'AltGraph', timeStamp: 100 });
  down('KeyF', { timeStamp: 200 });
  t.deepEqual(told, ['+29', '-29', '+100', '+33']);
});

test('Windows: a Ctrl that a person holds stays', (t) => {
  const { down, told } = keyboard('windows');
  down('ControlLeft', { timeStamp: 100 });
  down('AltRight', { key: 'AltGraph', timeStamp: 400 });
  t.deepEqual(told, ['+29', '+100']);
});

test('macOS: keys lifted while Command is held are lifted with it', (t) => {
  const { down, up, told } = keyboard('mac');
  down('MetaLeft');
  down('ShiftLeft');
  down('KeyC');
  up('MetaLeft');
  t.deepEqual(told, ['+125', '+42', '+46', '-125', '-46']);
});

test('the table has each key of a full PC keyboard', (t) => {
  const codes = [
    ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('').map((letter) => `Key${letter}`),
    ...'0123456789'.split('').flatMap((digit) => [`Digit${digit}`, `Numpad${digit}`]),
    ...Array.from({ length: 24 }, (_, i) => `F${i + 1}`),
    ...['Control', 'Shift', 'Alt', 'Meta'].flatMap((name) => [`${name}Left`, `${name}Right`]),
    ...['IntlBackslash', 'IntlRo', 'IntlYen', 'ContextMenu', 'PrintScreen', 'Pause'],
  ];
  const found = codes.map(evdevOf);
  t.false(found.includes(null));
  t.is(new Set(found).size, codes.length, 'no two share a code');
});

test('platforms', (t) => {
  t.is(platformOf('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'), 'mac');
  t.is(platformOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64)'), 'windows');
  t.is(platformOf('Mozilla/5.0 (X11; Linux x86_64)'), 'other');
});
