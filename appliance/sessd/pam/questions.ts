import type { PamAnswers, PamPrompt } from '../../../native/pam/index.ts';
import type { Report } from './messages.ts';

const HELD_MAX = 64;

/**
 * The person at the other end. What modules merely say is held back until the person has shown who they are: words
 * like "account locked" would tell a stranger that there is such an account.
 */
export class Questions {
  readonly #send: (report: Report) => void;
  readonly #held: string[] = [];
  #round = 0;
  #waiting: ((answers: PamAnswers) => void) | null = null;
  #trusted = false;

  constructor(send: (report: Report) => void) {
    this.#send = send;
  }

  /** From now on modules speak freely. @returns what was held back */
  trust(): readonly string[] {
    this.#trusted = true;
    return this.#held.splice(0);
  }

  /** What was held back so far, and still is. */
  get held(): readonly string[] {
    return this.#held;
  }

  ask(prompts: readonly PamPrompt[]): Promise<PamAnswers> {
    const shown = prompts.map((prompt) => ({ ...prompt, text: readable(prompt.text) }));
    if (shown.every(isTold)) {
      for (const prompt of shown) this.#tell(prompt);
      return Promise.resolve(shown.map(() => null));
    }
    this.#send({ type: 'prompt', round: ++this.#round, prompts: shown });
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** False for an answer to no question, which is wiped. */
  answer(round: number, answers: readonly (Uint8Array | null)[]): boolean {
    const waiting = this.#waiting;
    if (!waiting || round !== this.#round) {
      for (const answer of answers) answer?.fill(0);
      return false;
    }
    this.#waiting = null;
    waiting(answers);
    return true;
  }

  #tell(prompt: PamPrompt): void {
    const style = prompt.style === 'error' ? 'error' : 'info';
    if (this.#trusted) this.#send({ type: 'message', style, text: prompt.text });
    else if (this.#held.length < HELD_MAX) this.#held.push(prompt.text);
  }
}

const isTold = ({ style }: PamPrompt): boolean => style === 'info' || style === 'error';

/** Within what a message may carry, and nothing that a terminal emulator would obey. */
const readable = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .slice(0, 1024)
    .toWellFormed();
