import { createSealedFile } from '../../../native/wayland/index.ts';
import { KeyboardState, Keymap, keyCodeMax } from '../../../native/xkb/index.ts';
import type { KeyboardParts } from './key-state.ts';

/** The keyboard's parts as they are outside of tests. */
export const nativeKeyboard: KeyboardParts = {
  createKeymap: (names) => new Keymap(names),
  createState: (keymap) => new KeyboardState(keymap),
  createSealedFile,
  keyCodeMax,
};
