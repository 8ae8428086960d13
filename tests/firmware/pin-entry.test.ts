import test from 'ava';
import { PinEntry } from '../../firmware/input/pin-entry.ts';

const entry = (layout = 'us', variant = '') =>
  new PinEntry({ rules: '', model: '', layout, variant, options: '' });
const KEYPAD = [82, 79, 80, 81, 75, 76, 77, 71, 72, 73];

function press(pin: PinEntry, ...codes: number[]): void {
  for (const code of codes) {
    pin.key(code, true);
    pin.key(code, false);
  }
}

const text = (pin: PinEntry) => Buffer.from(pin.take()).toString();

for (const layout of ['us', 'de', 'fr', 'cz', 'ara', 'ru', 'no-such-layout']) {
  test(`digits of the ${layout} layout, typed without Shift`, (t) => {
    const pin = entry(layout);
    press(pin, 2, 3, 4, 5, 6, 7);
    t.is(text(pin), '123456');
    press(pin, 8, 9, 10, 11);
    t.is(text(pin), '7890');
  });
}

test('digits that a layout has elsewhere are the ones it says', (t) => {
  const pin = entry('us', 'dvp');
  press(pin, 2, 3, 4, 5, 6, 7, 8, 9);
  // Programmer Dvorak: the row reads 7 5 3 1 9 0 2 4 with Shift, after a key that is no digit.
  t.is(text(pin), '7531902');
});

test('the keypad counts with and without Num Lock', (t) => {
  const pin = entry();
  press(pin, ...KEYPAD.slice(0, 8));
  t.is(text(pin), '01234567');
  press(pin, 69, ...KEYPAD.slice(2));
  t.is(text(pin), '23456789');
});

test('letters are nothing, BackSpace takes back, no more than eight digits fit', (t) => {
  const pin = entry();
  t.is(pin.key(30, true), null);
  press(pin, 14, 2, 3, 14, 4);
  t.is(pin.length, 2);
  t.is(text(pin), '13');
  press(pin, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3);
  t.is(text(pin), '11111111');
  t.is(pin.length, 0);
});

test('Enter, the keypad Enter and Escape are told, releases are not', (t) => {
  const pin = entry();
  t.is(pin.key(28, true), 'enter');
  t.is(pin.key(28, false), null);
  t.is(pin.key(96, true), 'enter');
  t.is(pin.key(1, true), 'cancel');
  t.is(pin.key(100_000, true), null);
  t.is(pin.key(-1, true), null);
});
