import test from 'ava';
import { KEYS, type Key, superBinding } from '../../../appliance/session/super-binding.ts';

const none = { shift: false, control: false, alt: false, super: false };
const held = { ...none, super: true };

function fired(key: Key, keysym: number, code: number, modifiers = held, pressed = true): boolean {
  let acted = false;
  const binding = superBinding(key, () => {
    acted = true;
  });
  const taken = binding.key?.(0, code, pressed, keysym, modifiers) ?? false;
  return taken && acted;
}

test('Super and the key alone', (t) => {
  t.true(fired(KEYS.return, 0xff0d, 28));
  t.false(fired(KEYS.return, 0xff0d, 28, none));
  t.false(fired(KEYS.return, 0xff0d, 28, { ...held, shift: true }));
  t.false(fired(KEYS.return, 0xff0d, 28, held, false));
  t.false(fired(KEYS.space, 0xff0d, 28));
});

test('the L of any layout: by what it says, or where the layout has none by where it is', (t) => {
  t.true(fired(KEYS.l, 0x6c, 38));
  t.true(fired(KEYS.l, 0x4c, 38), 'with Caps Lock');
  t.true(fired(KEYS.l, 0x6c, 25), 'Dvorak');
  t.false(fired(KEYS.l, 0x6e, 38), 'Dvorak: an n is there');
  t.true(fired(KEYS.l, 0x06c4, 38), 'Cyrillic');
});
