import type { Logger } from '../../../protocol/node/log.ts';

/**
 * What lies between a card and its picture, in order. Some are missing: no card, no challenge.
 * - known: looked up in the registry · asked: challenge sent · answered: proof received · proved: proof verified
 * - granted: the session is this terminal's, and the one before has been released · viewed: View sent
 * - joined: Attach sent to the session · pictured: the first frame is on its way to the terminal
 */
export const WAY_STEPS = [
  'known',
  'asked',
  'answered',
  'proved',
  'granted',
  'viewed',
  'joined',
  'pictured',
] as const;

export type WayStep = (typeof WAY_STEPS)[number];

/** When a terminal's way from a card (or a login) to the session's picture came to each step; told to the log once. */
export class WayToPicture {
  readonly #log: Logger;
  readonly #startUs = nowUs();
  readonly #ms: Partial<Record<WayStep, number>> = {};
  #told = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  mark(step: WayStep): void {
    if (!this.#told) this.#ms[step] = (nowUs() - this.#startUs) / 1000;
  }

  /** `atUs` is the start on CLOCK_MONOTONIC, so that it can be laid beside what other programs of this machine tell. */
  tell(session: string): void {
    if (this.#told) return;
    this.#told = true;
    this.#log.info({ session, atUs: this.#startUs, ms: this.#ms }, 'hot-desk');
  }
}

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);
