import { existsSync, readFileSync } from 'node:fs';
import { eventually } from '../../../helpers/eventually.ts';
import type { Desk } from '../desk.ts';
import { PATIENCE_MS } from '../machine.ts';

/** Unplugged with a key held down: it is released; another keyboard types on, with the lights of the session. */
export async function keyboardUnplugged({ at, user }: Desk): Promise<void> {
  const { machine, keyboard, screen } = at;
  await keyboard.press('CapsLock');
  await machine.lightsAre('on for CapsLock', ({ capsLock }) => capsLock);
  const since = machine.console.length;
  await keyboard.hold('Backspace');
  await machine.unplugKeyboard();
  await machine.says(/input device gone/, since);
  await screen.settled();
  const plugged = machine.console.length;
  await machine.plugKeyboard();
  await machine.says(/input device found/, plugged);
  await machine.lightsAre('on at the new keyboard', ({ capsLock }) => capsLock);
  await keyboard.press('CapsLock');
  await machine.lightsAre('off', ({ capsLock }) => !capsLock);
  const file = `/home/${user}/again`;
  await keyboard.type('echo typed again >again\n');
  await eventually(() => {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== 'typed again\n')
      throw new Error('what was typed at the new keyboard did not arrive');
  }, PATIENCE_MS);
  await screen.settled();
  await screen.keep('another-keyboard');
}
