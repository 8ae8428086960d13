import type { Qmp } from './qmp.ts';

/** QEMU's own measure for the whole width or height of a screen. */
const WHOLE = 0x7fff;

export type Button = 'left' | 'middle' | 'right' | 'wheel-up' | 'wheel-down';

/** The machine's mouse and its tablet, which says places of the screen. */
export class Pointer {
  readonly #qmp: Qmp;

  constructor(qmp: Qmp) {
    this.#qmp = qmp;
  }

  /** By the mouse, in its own steps. */
  push(dx: number, dy: number): Promise<void> {
    return this.#send('rel', dx, dy);
  }

  /** By the tablet. @param x part of the screen's width, 0 to 1 */
  point(x: number, y: number): Promise<void> {
    return this.#send('abs', Math.round(x * WHOLE), Math.round(y * WHOLE));
  }

  async click(button: Button = 'left'): Promise<void> {
    for (const down of [true, false]) await this.#events([{ type: 'btn', data: { button, down } }]);
  }

  #send(type: 'abs' | 'rel', x: number, y: number): Promise<void> {
    return this.#events([
      { type, data: { axis: 'x', value: x } },
      { type, data: { axis: 'y', value: y } },
    ]);
  }

  async #events(events: readonly object[]): Promise<void> {
    await this.#qmp.execute('input-send-event', { events });
  }
}
