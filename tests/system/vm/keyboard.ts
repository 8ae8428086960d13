import { setTimeout as delay } from 'node:timers/promises';
import { keyPress } from '../../helpers/keys.ts';
import type { Qmp } from './qmp.ts';

/** A keyboard keeps a few keys until it is asked for them; nobody types faster. */
const BETWEEN_KEYS_MS = 60;
/** QEMU counts keys as PC keyboards do, which evdev does as well up to this one. */
const SAME_UP_TO = 88;
const OTHERS: Readonly<Record<number, number>> = {
  97: 0x9d,
  100: 0xb8,
  102: 0xc7,
  103: 0xc8,
  104: 0xc9,
  105: 0xcb,
  106: 0xcd,
  107: 0xcf,
  108: 0xd0,
  109: 0xd1,
  125: 0xdb,
};

/** Types at the machine, by the keys of a US keyboard. */
export class Keyboard {
  readonly #qmp: Qmp;

  constructor(qmp: Qmp) {
    this.#qmp = qmp;
  }

  async type(text: string): Promise<void> {
    for (const character of text) {
      const { shift } = keyPress(character);
      if (shift) await this.hold('Shift');
      await this.#tap(character);
      if (shift) await this.release('Shift');
    }
  }

  /** @param keys names joined by +, e.g. Control+Shift+C */
  async press(keys: string): Promise<void> {
    const names = keys.split('+');
    for (const name of names) await this.hold(name);
    for (const name of names.reverse()) await this.release(name);
  }

  hold(name: string): Promise<void> {
    return this.#send(name, true);
  }

  release(name: string): Promise<void> {
    return this.#send(name, false);
  }

  async #tap(name: string): Promise<void> {
    await this.hold(name);
    await this.release(name);
  }

  async #send(name: string, down: boolean): Promise<void> {
    const key = { type: 'number', data: numberOf(keyPress(name).code) };
    await this.#qmp.execute('input-send-event', { events: [{ type: 'key', data: { down, key } }] });
    await delay(BETWEEN_KEYS_MS);
  }
}

function numberOf(code: number): number {
  const number = code <= SAME_UP_TO ? code : OTHERS[code];
  if (number === undefined) throw new Error(`QEMU's number of key ${code} is not known here`);
  return number;
}
