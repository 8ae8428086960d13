import type { Input } from './input-sender.ts';

/** evdev codes: linux/input-event-codes.h */
const ENTER = 28;
const KEYPAD_ENTER = 96;

/** Whether a person asks for a login at a page that offers one: Enter, a click or a touch. */
export function asksForLogin(input: Input): boolean {
  if (input.type === 'Key') return input.pressed && [ENTER, KEYPAD_ENTER].includes(input.code);
  return input.type === 'TouchDown' || (input.type === 'PointerButton' && input.pressed);
}
