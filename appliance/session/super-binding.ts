import type { InputInterceptor } from '../compositor/seat/input.ts';

export interface Key {
  /** XKB keysyms that mean it. */
  readonly keysyms: readonly number[];
  /** Evdev code of it on a US keyboard, for layouts without Latin letters. */
  readonly code?: number;
}

export const KEYS = {
  return: { keysyms: [0xff0d] },
  space: { keysyms: [0x20] },
  l: { keysyms: [0x6c, 0x4c], code: 38 },
} as const satisfies Record<string, Key>;

/** Super and a key, no other modifier: the session's own way to do something, whatever has the keyboard. */
export function superBinding(key: Key, act: () => void): InputInterceptor {
  return {
    key(_timeMs, code, pressed, keysym, modifiers) {
      const { super: held, control, alt, shift } = modifiers;
      if (!pressed || !held || control || alt || shift || !isKey(key, keysym, code)) return false;
      act();
      return true;
    },
  };
}

function isKey(key: Key, keysym: number, code: number): boolean {
  if (key.keysyms.includes(keysym)) return true;
  const isLatin = keysym <= 0xff;
  return key.code === code && !isLatin;
}
