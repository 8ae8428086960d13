import type { Logger } from '../../protocol/node/log.ts';

/** arranged: screens are the terminal's · opened: the terminal has its channel for pictures · encoded: the picture is ready */
type Step = 'arranged' | 'opened' | 'encoded' | 'sent';

/** What lies between a terminal's Attach and the first picture that is sent to it; told to the log once. */
export class FirstFrame {
  readonly #log: Logger;
  readonly #startUs = nowUs();
  readonly #ms: Partial<Record<Step, number>> = {};

  constructor(log: Logger) {
    this.#log = log;
  }

  mark(step: Step): void {
    this.#ms[step] = (nowUs() - this.#startUs) / 1000;
  }

  /** `atUs` is the start on CLOCK_MONOTONIC, as in the broker's record. */
  tell(bytes: number): void {
    this.mark('sent');
    this.#log.info({ atUs: this.#startUs, ms: this.#ms, bytes }, 'first frame');
  }
}

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);
