import { join } from 'node:path';
import type { Stage, World } from './chapter.ts';
import type { Firmware } from './hardware.ts';
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
  /** A flashed disk to boot instead of the image for tests. */
  readonly disk?: { readonly file: string; readonly firmware: Firmware };
  /** For the kernel's command line of the image for tests. */
  readonly words?: string;
  readonly stateDisk?: string;
  readonly cardSocket?: string;
  /** Monitors that can be plugged; default: one. */
  readonly outputs?: number;
  /** More words of QEMU's. */
  readonly extra?: readonly string[];
}

export async function openMachine(
  { image, folder }: Stage,
  { words = '', disk, ...devices }: OneMachineOptions,
): Promise<OneMachine> {
  const boot = disk
    ? ({ kind: 'disk', ...disk } as const)
    : ({ kind: 'kernel', image, words } as const);
  const machine = await Machine.start({ boot, ...devices }, join(folder, 'console.log'));
  return {
    machine,
    screen: new Screen(machine, folder),
    keyboard: new Keyboard(machine.qmp),
    pointer: new Pointer(machine.qmp),
    describe: () => `console: …${machine.console.slice(-CONSOLE_SHOWN)}`,
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}
