import { loadAddon } from '../load.ts';
import type { PamAddon, RawPrompt, RawTransaction } from './binding.d.ts';

const addon = loadAddon<PamAddon>('pam');

/** Longest answer in bytes; what one round may ask at most. */
export const answerMax: number = addon.answerMax;
export const promptsMax: number = addon.promptsMax;

const STYLES = ['secret', 'visible', 'info', 'error'] as const;
const [ASKED, DONE] = [0, 1];
const NO_CALL = (): never => {
  throw new Error('an answer to no PAM call');
};

export interface PamPrompt {
  /** `secret` and `visible` (shown while typed) want an answer; `info` and `error` are to be shown. */
  readonly style: (typeof STYLES)[number];
  readonly text: string;
}

/** One answer per prompt in the same order, null for `info` and `error`; null as a whole: the person has left. */
export type PamAnswers = readonly (Uint8Array | null)[] | null;

export interface PamOptions {
  readonly service: string;
  readonly user: string;
  /** Folder of service files instead of /etc/pam.d. */
  readonly confdir?: string;
  /** Called for each round. The transaction wipes the answers. A rejection counts as null. */
  readonly converse: (prompts: readonly PamPrompt[]) => Promise<PamAnswers>;
  /** How long a round may take; after that the person counts as gone. */
  readonly answerTimeoutMs: number;
}

/** A PAM call that did not succeed. `code` is PAM's own name, e.g. PAM_AUTH_ERR; never to be shown before login. */
export class PamError extends Error {
  override name = 'PamError';
  readonly code: string;
  readonly call: string;
  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.call = call;
    this.code = code;
  }
}

/**
 * One PAM transaction on a thread of its own. Calls go one at a time; all reject with PamError. A module that hangs
 * hangs the transaction: use it in a process of its own that can be killed.
 */
export class PamTransaction {
  readonly #options: PamOptions;
  readonly #raw: RawTransaction;
  readonly #ended = Promise.withResolvers<void>();
  #finish: (code: number) => void = NO_CALL;

  private constructor(options: PamOptions, created: (code: number) => void) {
    this.#options = options;
    this.#finish = created;
    const { service, user, confdir = '' } = options;
    this.#raw = new addon.Transaction(service, user, confdir, (kind, value) => {
      if (kind === ASKED) void this.#converse(value as RawPrompt[]);
      else if (kind === DONE) this.#finish(value as number);
      else this.#ended.resolve();
    });
  }

  /** @throws TypeError or RangeError for arguments that PAM would misread */
  static async begin(options: PamOptions): Promise<PamTransaction> {
    if (!/^[a-zA-Z0-9._-]{1,64}$/.test(options.service))
      throw new TypeError(`a PAM service has no name like ${JSON.stringify(options.service)}`);
    checkText('user', options.user);
    if (options.confdir !== undefined) checkText('confdir', options.confdir);
    if (!(options.answerTimeoutMs > 0)) throw new RangeError('answerTimeoutMs must be above 0');
    const { promise, resolve } = Promise.withResolvers<number>();
    const transaction = new PamTransaction(options, resolve);
    const code = await promise;
    if (code === 0) return transaction;
    await transaction.end();
    throw new PamError('start', addon.codeName(code));
  }

  setItem(item: 'rhost' | 'tty' | 'ruser', value: string): Promise<void> {
    return this.#call(item, checkText(item, value));
  }

  setEnvironment(name: string, value: string): Promise<void> {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return Promise.reject(new TypeError(`no variable has the name ${JSON.stringify(name)}`));
    return this.#call('setEnvironment', `${name}=${checkText(name, value)}`);
  }

  authenticate(): Promise<void> {
    return this.#call('authenticate');
  }

  /** Whether the user may log in now. PAM_NEW_AUTHTOK_REQD asks for changeExpired(). */
  account(): Promise<void> {
    return this.#call('account');
  }

  changeExpired(): Promise<void> {
    return this.#call('changeExpired');
  }

  credentials(what: 'establish' | 'reinitialize' | 'delete'): Promise<void> {
    return this.#call('credentials', what);
  }

  openSession(): Promise<void> {
    return this.#call('openSession');
  }

  closeSession(): Promise<void> {
    return this.#call('closeSession');
  }

  /** The user as the modules left it. @throws Error during a call and after end() */
  get user(): string | null {
    return this.#raw.user();
  }

  /** What the modules want in the session's environment. @throws Error during a call and after end() */
  get environment(): Readonly<Record<string, string>> {
    const pairs = this.#raw.environment().map((entry) => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)] as const;
    });
    return Object.fromEntries(pairs);
  }

  /** Ends the transaction; a call under way is answered as if the person had left. */
  end(): Promise<void> {
    this.#raw.close();
    return this.#ended.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  async #call(call: string, text?: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const started = text === undefined ? this.#raw.run(call) : this.#raw.run(call, text);
    if (!started) throw new Error(`PAM ${call}: another call is under way, or it has ended`);
    this.#finish = resolve;
    const code = await promise;
    if (code !== 0) throw new PamError(call, addon.codeName(code));
  }

  async #converse(raw: RawPrompt[]): Promise<void> {
    const prompts = raw.map(({ style, text }) => ({
      style: STYLES[style] ?? 'error',
      text: text.toString(),
    }));
    const answers = await this.#answers(prompts).catch(() => null);
    try {
      if (answers && fit(prompts, answers)) this.#raw.answer([...answers]);
      else this.#raw.refuse();
    } finally {
      for (const answer of answers ?? []) answer?.fill(0);
    }
  }

  async #answers(prompts: readonly PamPrompt[]): Promise<PamAnswers> {
    const { promise, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), this.#options.answerTimeoutMs);
    try {
      return await Promise.race([this.#options.converse(prompts), promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A NUL would end the answer early for PAM: what was typed after it would not count. */
function fit(prompts: readonly PamPrompt[], answers: readonly (Uint8Array | null)[]): boolean {
  return (
    answers.length === prompts.length &&
    prompts.every(({ style }, i) => {
      const answer = answers[i];
      if (style === 'info' || style === 'error') return answer === null;
      return answer instanceof Uint8Array && answer.length <= answerMax && !answer.includes(0);
    })
  );
}

function checkText(name: string, value: string): string {
  if (typeof value === 'string' && value.length <= 1024 && !value.includes('\0')) return value;
  throw new TypeError(`PAM ${name}: expected up to 1024 characters without NUL`);
}
