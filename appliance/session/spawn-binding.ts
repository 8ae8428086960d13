import type { InputInterceptor } from '../compositor/seat/input.ts';

/** XKB_KEY_Return */
const KEYSYM_RETURN = 0xff0d;

/** Super+Return starts an application: the way back from an empty desktop. */
export function spawnBinding(spawn: () => void): InputInterceptor {
  return {
    key(_timeMs, _code, pressed, keysym, modifiers) {
      const { super: held, control, alt, shift } = modifiers;
      if (!pressed || keysym !== KEYSYM_RETURN || !held || control || alt || shift) return false;
      spawn();
      return true;
    },
  };
}
