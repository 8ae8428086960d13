/** Told once when nothing happened for so long, and once when something happened again. */
export interface IdleListener {
  readonly timeoutMs: number;
  idled(): void;
  resumed(): void;
}

interface Watch {
  timer: NodeJS.Timeout | null;
  idle: boolean;
  /** Its time does not begin before. */
  sinceMs: number;
}

/** No timer waits longer at once. */
const MAX_WAIT_MS = 0x7fffffff;

/**
 * Times since the last activity. A timer is not set anew at each activity, which comes a thousand times a second:
 * when it is due it looks how long there was none.
 */
export class IdleTimers {
  readonly #clock: () => number;
  readonly #watches = new Map<IdleListener, Watch>();
  #lastMs: number;
  #held = false;

  /** @param clock in ms */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#lastMs = clock();
  }

  /** Its time begins now, whatever was before. */
  add(listener: IdleListener): void {
    const watch: Watch = { timer: null, idle: false, sinceMs: this.#clock() };
    this.#watches.set(listener, watch);
    if (!this.#held) this.#arm(listener, watch, listener.timeoutMs);
  }

  remove(listener: IdleListener): void {
    const watch = this.#watches.get(listener);
    if (!watch) return;
    disarm(watch);
    this.#watches.delete(listener);
  }

  activity(): void {
    this.#lastMs = this.#clock();
    for (const [listener, watch] of this.#watches) {
      if (!watch.idle) continue;
      watch.idle = false;
      if (!this.#held) this.#arm(listener, watch, listener.timeoutMs);
      listener.resumed();
    }
  }

  /** While held nobody becomes idle, as if there were activity all the time. */
  setHeld(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (held) for (const watch of this.#watches.values()) disarm(watch);
    this.activity();
    if (held) return;
    for (const [listener, watch] of this.#watches) this.#arm(listener, watch, listener.timeoutMs);
  }

  [Symbol.dispose](): void {
    for (const watch of this.#watches.values()) disarm(watch);
    this.#watches.clear();
  }

  #arm(listener: IdleListener, watch: Watch, waitMs: number): void {
    disarm(watch);
    const wait = Math.max(1, Math.min(MAX_WAIT_MS, Math.ceil(waitMs)));
    watch.timer = setTimeout(() => this.#due(listener, watch), wait);
    watch.timer.unref();
  }

  #due(listener: IdleListener, watch: Watch): void {
    watch.timer = null;
    const quietMs = this.#clock() - Math.max(watch.sinceMs, this.#lastMs);
    if (quietMs < listener.timeoutMs) {
      this.#arm(listener, watch, listener.timeoutMs - quietMs);
      return;
    }
    watch.idle = true;
    listener.idled();
  }
}

function disarm(watch: Watch): void {
  if (watch.timer) clearTimeout(watch.timer);
  watch.timer = null;
}
