import type { Answer } from '../../sessd/wire/broker-messages.ts';
import type { LoginConversation, LoginListener } from '../floor/ports.ts';

export type LoginFailure = Parameters<LoginListener['failed']>[0];

/** What a login needs of its client. */
export interface LoginSeam {
  send(head: object, secrets?: readonly Uint8Array[]): boolean;
  /** The conversation has ended; a success can still be claimed. */
  over(login: Login): void;
}

/** PAM's modules may work for 30 s, and a failure is held back for a while. */
const ANSWER_MS = 60_000;
const SILENT = 'The server does not answer. Try again in a moment.';

/** One conversation with PAM. Who has logged in can be given a session for half a minute, then the login lapses. */
export class Login implements LoginConversation {
  readonly id: string;
  readonly #seam: LoginSeam;
  readonly #listener: LoginListener;
  #timer: NodeJS.Timeout | undefined;
  #phase: 'talking' | 'proven' | 'over' = 'talking';
  /** The round that waits for answers; who answers otherwise is not heard, nor is wrsessd troubled with it. */
  #asked: number | null = null;

  constructor(id: string, seam: LoginSeam, listener: LoginListener) {
    this.id = id;
    this.#seam = seam;
    this.#listener = listener;
    this.#awaitAnswer();
  }

  answer(round: number, answers: readonly (Uint8Array | null)[]): void {
    const secrets = answers.filter((answer) => answer !== null);
    if (this.#phase !== 'talking' || round !== this.#asked) {
      for (const secret of secrets) secret.fill(0);
      return;
    }
    this.#asked = null;
    this.#awaitAnswer();
    const lengths = answers.map((answer) => answer?.length ?? null);
    const head = { type: 'authentication_answer', id: this.id, round, answers: lengths };
    this.#seam.send(head, secrets);
  }

  cancel(): void {
    if (this.#phase === 'over') return;
    this.#seam.send({ type: 'authentication_cancelled', id: this.id });
    this.end();
  }

  /** For the client: wrsessd said something. */
  heard(answer: Answer): void {
    if (this.#phase === 'proven' && answer.type === 'authentication_failed') return this.end();
    if (this.#phase !== 'talking') return;
    switch (answer.type) {
      case 'authentication_prompt':
        // A person may take as long to answer as wrsessd lets them.
        clearTimeout(this.#timer);
        this.#asked = answer.round;
        return this.#listener.prompt(answer.round, answer.prompts);
      case 'authentication_message':
        return this.#listener.message(answer.style, answer.text);
      case 'session_authenticated':
        clearTimeout(this.#timer);
        this.#phase = 'proven';
        return this.#listener.authenticated(answer.user, answer.uid, answer.messages);
      case 'unlock_authenticated':
        this.end();
        return this.#listener.unlocked();
      case 'authentication_failed':
        return this.fail({ ...answer, retryAfterMs: answer.retryAfterMs ?? null });
      case 'refused':
        return this.fail({ code: 'failed', message: SILENT, retryAfterMs: null });
      default:
        return;
    }
  }

  /** For the client. A login that has succeeded only lapses. */
  fail({ code, message, retryAfterMs }: LoginFailure): void {
    if (this.#phase === 'over') return;
    const talking = this.#phase === 'talking';
    this.end();
    if (talking) this.#listener.failed({ code, message, retryAfterMs });
  }

  end(): void {
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#seam.over(this);
  }

  #awaitAnswer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#seam.send({ type: 'authentication_cancelled', id: this.id });
      this.fail({ code: 'unavailable', message: SILENT, retryAfterMs: null });
    }, ANSWER_MS);
  }
}
