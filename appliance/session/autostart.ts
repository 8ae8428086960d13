import type { Logger } from '../../protocol/node/log.ts';
import type { ApplicationEnd } from './application.ts';
import type { AutostartEntry } from './config/session-config.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** One that ran this long starts anew with the shortest wait. */
const STABLE_MS = 60_000;
/** One that ends so often without having been stable is broken. */
const MAX_RESTARTS = 10;

export interface AutostartDeps {
  readonly start: (entry: AutostartEntry, onEnded: (end: ApplicationEnd) => void) => void;
  readonly clock: () => number;
  readonly log: Logger;
  /** An entry ends again and again and is left alone. */
  readonly onGivenUp: (name: string) => void;
  /** An entry has ended and is not started again, for whichever reason. */
  readonly onOver: (name: string) => void;
}

/** The programs that start with the session, each started again as its entry says. */
export class Autostart {
  readonly #deps: AutostartDeps;
  readonly #timers = new Set<NodeJS.Timeout>();
  #ended = false;

  constructor(deps: AutostartDeps) {
    this.#deps = deps;
  }

  add(entry: AutostartEntry): void {
    const kept = new KeptRunning(entry, this.#deps, (waitMs, act) => this.#later(waitMs, act));
    if (entry.delayMs === 0) kept.start();
    else this.#later(entry.delayMs, () => kept.start());
  }

  /** Nothing starts any more. */
  [Symbol.dispose](): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #later(waitMs: number, act: () => void): void {
    if (this.#ended) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, waitMs);
    this.#timers.add(timer);
  }
}

class KeptRunning {
  readonly #entry: AutostartEntry;
  readonly #deps: AutostartDeps;
  readonly #later: (waitMs: number, act: () => void) => void;
  #startedAtMs = 0;
  #restarts = 0;

  constructor(
    entry: AutostartEntry,
    deps: AutostartDeps,
    later: (waitMs: number, act: () => void) => void,
  ) {
    this.#entry = entry;
    this.#deps = deps;
    this.#later = later;
  }

  start(): void {
    this.#startedAtMs = this.#deps.clock();
    this.#deps.start(this.#entry, (end) => this.#endedWith(end));
  }

  #endedWith({ status }: ApplicationEnd): void {
    const { name, restart } = this.#entry;
    const { clock, log, onGivenUp, onOver } = this.#deps;
    if (restart === 'never' || (restart === 'on-failure' && status === 0)) return onOver(name);
    if (clock() - this.#startedAtMs >= STABLE_MS) this.#restarts = 0;
    if (this.#restarts === MAX_RESTARTS) {
      log.error({ application: name, restarts: MAX_RESTARTS }, 'application is not started again');
      onGivenUp(name);
      return onOver(name);
    }
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#restarts, LONGEST_WAIT_MS);
    this.#restarts++;
    log.warn({ application: name, waitMs, restart: this.#restarts }, 'application starts again');
    this.#later(waitMs, () => this.start());
  }
}
