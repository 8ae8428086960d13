import type { Answer } from '../../sessd/wire/broker-messages.ts';

type Of<T extends Answer['type']> = Extract<Answer, { type: T }>;
export type Prompts = Of<'authentication_prompt'>['prompts'];
export type LoginFailure = Pick<Of<'authentication_failed'>, 'code' | 'message' | 'retryAfterMs'>;
/** Who has logged in; for an unlocking, without the user: it is the session's. */
export type LoggedIn =
  | { readonly kind: 'login'; readonly user: string; readonly uid: number }
  | { readonly kind: 'unlock'; readonly session: string };

/** What happens to a login. Exactly one of onProven and onFailed is called, once, unless it is cancelled first. */
export interface LoginListener {
  onPrompt(round: number, prompts: Prompts): void;
  onMessage(style: 'info' | 'error', text: string): void;
  onProven(who: LoggedIn): void;
  onFailed(failure: LoginFailure): void;
}

/** What a login needs of its client. */
export interface LoginSeam {
  send(head: object, secrets?: readonly Uint8Array[]): boolean;
  over(login: Login): void;
}

/** PAM's modules may work for 30 s, and a failure is held back for a while. */
const ANSWER_MS = 60_000;
const SILENT = 'The server does not answer. Try again in a moment.';

/** One conversation with PAM. A proven one can start a session for half a minute, then it lapses. */
export class Login {
  readonly id: string;
  readonly #seam: LoginSeam;
  readonly #listener: LoginListener;
  #timer: NodeJS.Timeout | undefined;
  #phase: 'talking' | 'proven' | 'over' = 'talking';

  constructor(id: string, seam: LoginSeam, listener: LoginListener) {
    this.id = id;
    this.#seam = seam;
    this.#listener = listener;
    this.#awaitAnswer();
  }

  /** Takes the answers to a round's prompts, null for those that take none, and wipes them. */
  answer(round: number, answers: readonly (Uint8Array | null)[]): void {
    const secrets = answers.filter((answer) => answer !== null);
    if (this.#phase !== 'talking') {
      for (const secret of secrets) secret.fill(0);
      return;
    }
    const lengths = answers.map((answer) => answer?.length ?? null);
    this.#seam.send(
      { type: 'authentication_answer', id: this.id, round, answers: lengths },
      secrets,
    );
    this.#awaitAnswer();
  }

  /** Nobody wants it any more; the listener hears nothing. Harmless when it is over. */
  cancel(): void {
    if (this.#phase === 'over') return;
    this.#seam.send({ type: 'authentication_cancelled', id: this.id });
    this.end();
  }

  /** For the client: wrsessd said something. */
  heard(answer: Answer): void {
    if (this.#phase !== 'talking') return;
    switch (answer.type) {
      case 'authentication_prompt':
        clearTimeout(this.#timer);
        return this.#listener.onPrompt(answer.round, answer.prompts);
      case 'authentication_message':
        return this.#listener.onMessage(answer.style, answer.text);
      case 'session_authenticated':
        clearTimeout(this.#timer);
        this.#phase = 'proven';
        for (const text of answer.messages) this.#listener.onMessage('info', text);
        return this.#listener.onProven({ kind: 'login', user: answer.user, uid: answer.uid });
      case 'unlock_authenticated':
        this.end();
        return this.#listener.onProven({ kind: 'unlock', session: answer.session });
      case 'authentication_failed':
        return this.fail(answer);
      case 'refused':
        return this.fail({ code: 'failed', message: SILENT });
      default:
        return;
    }
  }

  fail({ code, message, retryAfterMs }: LoginFailure): void {
    if (this.#phase === 'over') return;
    const told = this.#phase === 'proven';
    this.end();
    if (told) return;
    const later = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#listener.onFailed({ code, message, ...later });
  }

  end(): void {
    this.#phase = 'over';
    clearTimeout(this.#timer);
    this.#seam.over(this);
  }

  /** Until the next word of wrsessd; a person may take as long to answer as wrsessd lets them. */
  #awaitAnswer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#seam.send({ type: 'authentication_cancelled', id: this.id });
      this.fail({ code: 'busy', message: SILENT });
    }, ANSWER_MS);
  }
}
