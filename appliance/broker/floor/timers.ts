import { MAX_TIMER_MS } from '../../../protocol/session/policy.ts';
import type { TimerName } from '../../../protocol/session/state.ts';

/** The timers of all sessions. */
export class SessionTimers {
  readonly #fired: (session: string, timer: TimerName) => void;
  readonly #running = new Map<string, NodeJS.Timeout>();

  constructor(fired: (session: string, timer: TimerName) => void) {
    this.#fired = fired;
  }

  start(session: string, timer: TimerName, afterMs: number): void {
    this.stop(session, timer);
    const run = () => {
      this.#running.delete(key(session, timer));
      this.#fired(session, timer);
    };
    const afterAllMs = Math.min(Math.max(afterMs, 0), MAX_TIMER_MS);
    this.#running.set(key(session, timer), setTimeout(run, afterAllMs));
  }

  stop(session: string, timer: TimerName): void {
    clearTimeout(this.#running.get(key(session, timer)));
    this.#running.delete(key(session, timer));
  }

  [Symbol.dispose](): void {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}

const key = (session: string, timer: TimerName): string => `${session}/${timer}`;
