/** evdev codes (linux/input-event-codes.h) by what is printed on a US keyboard. */
const PLAIN: Readonly<Record<string, number>> = {
  Escape: 1,
  Backspace: 14,
  Tab: 15,
  Enter: 28,
  Control: 29,
  Shift: 42,
  Alt: 56,
  Space: 57,
  F1: 59,
  F4: 62,
  CapsLock: 58,
  F8: 66,
  F9: 67,
  F10: 68,
  F11: 87,
  RightAlt: 100,
  Home: 102,
  Up: 103,
  PageUp: 104,
  Left: 105,
  Right: 106,
  End: 107,
  Down: 108,
  PageDown: 109,
  Super: 125,
  ' ': 57,
  '\n': 28,
};

const ROWS: readonly (readonly [number, string, string])[] = [
  [2, '1234567890-=', '!@#$%^&*()_+'],
  [16, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [30, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [43, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
];

export interface KeyPress {
  readonly code: number;
  readonly shift: boolean;
}

const presses = new Map<string, KeyPress>(
  Object.entries(PLAIN).map(([name, code]) => [name, { code, shift: false }]),
);
for (const [first, plain, shifted] of ROWS) {
  for (let i = 0; i < plain.length; i++) {
    presses.set(plain[i] as string, { code: first + i, shift: false });
    presses.set(shifted[i] as string, { code: first + i, shift: true });
  }
}

/** @param name a character of the US layout, or a name such as Enter or RightAlt */
export function keyPress(name: string): KeyPress {
  const press = presses.get(name);
  if (!press) throw new Error(`there is no key ${JSON.stringify(name)}`);
  return press;
}
