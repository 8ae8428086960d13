import type {
  ControlMessage,
  KeyboardNames,
  OutputInfo,
} from '../../../protocol/generated/control.ts';
import type { Wanted } from './view.ts';

/** What a terminal asks of a session: its screens, and its keyboard or the one that a person chose at the greeter. */
export class TerminalWishes {
  #outputs: readonly OutputInfo[];
  #own: KeyboardNames;
  #chosen: KeyboardNames | null = null;

  constructor({ outputs, keyboard }: Wanted) {
    this.#outputs = outputs;
    this.#own = keyboard;
  }

  get wanted(): Wanted {
    return { outputs: this.#outputs, keyboard: this.#chosen ?? this.#own };
  }

  /** Null until a person chose one. */
  get chosen(): KeyboardNames | null {
    return this.#chosen;
  }

  /** The terminal has changed; what is chosen there counts more than what was chosen before. */
  changed(message: ControlMessage & { type: 'OutputsConfigure' | 'KeyboardLayout' }): void {
    if (message.type === 'OutputsConfigure') {
      this.#outputs = message.outputs;
      return;
    }
    const { type: _, ...keyboard } = message;
    this.#own = keyboard;
    this.#chosen = null;
  }

  choose(layout: string, variant: string): KeyboardNames {
    this.#chosen = { ...this.#own, layout, variant };
    return this.#chosen;
  }

  /** The next person has their own wishes. */
  forget(): void {
    this.#chosen = null;
  }
}
