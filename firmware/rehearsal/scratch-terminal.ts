import type { KeyboardNames } from '../../protocol/generated/control.ts';
import type { Logger } from '../../protocol/node/log.ts';
import type { Display, DisplayEvents } from '../display/display.ts';
import { Terminal } from '../terminal.ts';
import { ScratchServer } from './scratch-server.ts';

const KEY_A = 30;
const LETTERS = 9;
/** The pointer is moved before every so manieth letter, and the display left. */
const MOVE_EVERY = 16;
const NO_LAYOUT: KeyboardNames = { rules: '', model: '', layout: '', variant: '', options: '' };

/** A display, and somebody before it. */
export interface Stand {
  readonly display: Display;
  move(x: number, y: number): void;
  /** They look elsewhere. */
  leave(): void;
  key(code: number, pressed: boolean): void;
  /** What was drawn is on the screen. */
  presented(): void;
}

export type OpenStand = (events: DisplayEvents) => Stand;

/** A terminal beside the real one: on no screen, with no server, and with nothing of anybody's. */
export class ScratchTerminal implements Disposable {
  readonly #server = new ScratchServer();
  readonly #stand: Stand;
  readonly #terminal: Terminal;
  #letter = 0;
  #shown = 0;

  /** @param log nothing is said in it */
  constructor(openStand: OpenStand, log: Logger) {
    this.#stand = openStand({
      input: (input) => this.#terminal.input(input),
      releaseAll: () => this.#terminal.releaseAll(),
      resized: () => {},
      closed: () => {},
    });
    this.#terminal = new Terminal({
      connect: () => this.#server.connect(),
      display: this.#stand.display,
      keyboard: NO_LAYOUT,
      name: 'rehearsal',
      log: log.child({}, { level: 'silent' }),
      onPresented: () => {
        this.#shown++;
      },
      onSettled: () => {},
      onGivenUp: () => {},
    });
    this.#terminal.start();
  }

  /** Frames that were on its screen. */
  get shown(): number {
    return this.#shown;
  }

  /** Messages that its session was sent, of all channels. */
  get told(): number {
    return this.#server.told;
  }

  /** It has its session. */
  get isReady(): boolean {
    this.#stand.presented();
    return this.#shown > 0;
  }

  press(): void {
    const code = KEY_A + (++this.#letter % LETTERS);
    if (this.#letter % MOVE_EVERY === 1) this.#turnAway();
    this.#stand.key(code, true);
    this.#stand.key(code, false);
  }

  /** What else happens, and at its end does. */
  #turnAway(): void {
    this.#stand.move(1, this.#letter % MOVE_EVERY);
    this.#stand.leave();
  }

  /** What the session answers to a letter comes, and is on the screen. */
  answer(): void {
    this.#server.sendLetter();
    this.#stand.presented();
  }

  [Symbol.dispose](): void {
    this.#terminal.end();
    this.#stand.display.close();
  }
}
