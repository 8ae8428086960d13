/** A browser that paints nothing although the page counts as visible must not stop the session. */
const LONGEST_MS = 100;

/** Calls back once what was drawn is on the screen. Nobody sees a hidden page, so there it is at once. */
export class AfterPaint {
  #waiting: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#flush();
    });
  }

  call(callback: () => void): void {
    this.#waiting.push(callback);
    if (document.hidden) return this.#flush();
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#flush(), LONGEST_MS);
    requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const callback of this.#waiting.splice(0)) callback();
  }
}
