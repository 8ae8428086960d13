import type { Compositor } from '../compositor/compositor.ts';
import type { Output } from '../compositor/output/output.ts';

/** Applications that nobody sees draw once a second, so that none waits for ever. */
const PERIOD_MS = 1000;

/** Answers frame callbacks while no terminal is attached. */
export class DetachedClock {
  readonly #compositor: Compositor;
  readonly #changed: (output: Output, damage: Int32Array) => void;
  #running = true;
  #timer: NodeJS.Timeout | null = null;

  /** @param changed told what nobody saw: x, y, w, h each */
  constructor(
    compositor: Compositor,
    changed: (output: Output, damage: Int32Array) => void = () => {},
  ) {
    this.#compositor = compositor;
    this.#changed = changed;
  }

  setRunning(running: boolean): void {
    this.#running = running;
    if (running) return this.tick();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Something changed: its applications are answered within a second. */
  tick(): void {
    if (!this.#running || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#answer();
    }, PERIOD_MS);
    this.#timer.unref();
  }

  #answer(): void {
    const { outputs, scene, clock } = this.#compositor;
    for (const output of outputs.outputs) {
      // Taken, so that the scene announces what changes next.
      this.#changed(output, scene.takeDamage(output));
      const feedback = scene.frameTaken(output);
      feedback.sendFrameCallbacks(clock());
      feedback.discardFeedbacks();
    }
  }
}
