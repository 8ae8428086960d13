import type {
  CardInserted,
  CardProblem,
  ControlMessage,
} from '../../../protocol/generated/control.ts';

/** A machine has a few; this is for one that is not honest. */
const MAX_READERS = 16;

/**
 * What a terminal tells once and what counts until it tells otherwise: its screens, its keyboard, the cards in its
 * readers. Looked at by nobody before the terminal may be used; who is let in, or let in again, goes on from there.
 */
export class ToldOnce {
  readonly #cards = new Map<string, CardInserted | CardProblem>();
  #outputs: ControlMessage | null = null;
  #keyboard: ControlMessage | null = null;
  #lastInsertion = 0;

  note(message: ControlMessage): void {
    switch (message.type) {
      case 'OutputsConfigure':
        this.#outputs = message;
        return;
      case 'KeyboardLayout':
        this.#keyboard = message;
        return;
      case 'CardInserted':
      case 'CardProblem':
        return this.#lies(message);
      case 'CardRemoved':
        for (const [reader, { insertion }] of this.#cards)
          if (insertion === message.insertion) this.#cards.delete(reader);
        return;
      default:
        return;
    }
  }

  /** The cards in the order in which they came. */
  get all(): readonly ControlMessage[] {
    const told = [this.#outputs, this.#keyboard].filter((message) => message !== null);
    return [...told, ...this.#cards.values()];
  }

  /** What does not count up as it must is for the desk to complain of. */
  #lies(message: CardInserted | CardProblem): void {
    if (message.insertion <= this.#lastInsertion) return;
    this.#lastInsertion = message.insertion;
    this.#cards.delete(message.reader);
    this.#cards.set(message.reader, message);
    const [oldest] = this.#cards.keys();
    if (this.#cards.size > MAX_READERS && oldest !== undefined) this.#cards.delete(oldest);
  }
}
