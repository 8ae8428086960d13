import { join } from 'node:path';
import type { Stage, World } from './chapter.ts';
import { Keyboard } from './keyboard.ts';
import { Machine } from './machine.ts';
import { Pointer } from './pointer.ts';
import { Screen } from './screen.ts';

const CONSOLE_SHOWN = 3000;

/** A machine, and all that a person has in front of it. */
export interface OneMachine extends World {
  readonly machine: Machine;
  readonly screen: Screen;
  readonly keyboard: Keyboard;
  readonly pointer: Pointer;
}

export interface OneMachineOptions {
  /** For the kernel's command line. */
  readonly words?: string;
  readonly stateDisk?: string;
  readonly cardSocket?: string;
}

/** Boots the image for tests. */
export async function openMachine(
  { image, folder }: Stage,
  { words = '', ...devices }: OneMachineOptions,
): Promise<OneMachine> {
  const hardware = { boot: { kind: 'kernel', image, words }, ...devices } as const;
  const machine = await Machine.start(hardware, join(folder, 'console.log'));
  return {
    machine,
    screen: new Screen(machine, folder),
    keyboard: new Keyboard(machine.qmp),
    pointer: new Pointer(machine.qmp),
    describe: () => `console: …${machine.console.slice(-CONSOLE_SHOWN)}`,
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}
