const MINUTE_MS = 60_000;

/** What a person sees, as far as it matters for when the monitors go off. */
export type Shown = 'page' | 'session';

export interface IdleTimerDeps {
  /** Minutes; 0: never. */
  readonly offAfterMinutes: number;
  readonly offInSessionMinutes: number;
  /** The monitors are to go off. */
  readonly sleep: () => void;
  readonly wake: () => void;
  /** Only tests have others. */
  readonly setTimer?: (action: () => void, ms: number) => { cancel(): void };
}

/** Decides when monitors are off: after a while without anybody, until somebody or something new is there. */
export class IdleTimer {
  readonly #deps: IdleTimerDeps;
  #shown: Shown = 'page';
  #asleep = false;
  #timer: { cancel(): void } | null = null;

  constructor(deps: IdleTimerDeps) {
    this.#deps = deps;
    this.#begin();
  }

  get asleep(): boolean {
    return this.#asleep;
  }

  /** Somebody is there, or something came that somebody should see. */
  stir(): void {
    this.#begin();
    if (!this.#asleep) return;
    this.#asleep = false;
    this.#deps.wake();
  }

  /** What is shown changes its kind. */
  shows(shown: Shown): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.stir();
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #begin(): void {
    this.#timer?.cancel();
    const { offAfterMinutes, offInSessionMinutes, setTimer = systemTimer } = this.#deps;
    const minutes = this.#shown === 'page' ? offAfterMinutes : offInSessionMinutes;
    this.#timer = minutes > 0 ? setTimer(() => this.#sleep(), minutes * MINUTE_MS) : null;
  }

  #sleep(): void {
    this.#timer = null;
    if (this.#asleep) return;
    this.#asleep = true;
    this.#deps.sleep();
  }
}

function systemTimer(action: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(action, ms);
  return { cancel: () => clearTimeout(timer) };
}
