import type { Compositor } from '../compositor/compositor.ts';

/**
 * Renders as soon as something changed: right after the batch of client requests that changed it, or, for what
 * input and timers changed, at the end of this turn of the event loop.
 */
export class RenderLoop {
  #due = false;
  /** Only for what no batch caused: one that is made and taken back for every commit costs the loop another round. */
  #soon: NodeJS.Immediate | null = null;
  readonly #render: () => void;

  constructor(compositor: Compositor, render: () => void) {
    this.#render = render;
    const { scene, display } = compositor;
    scene.onDamage(() => {
      this.#due = true;
      if (!display.inBatch) this.#soon ??= setImmediate(() => this.#run());
    });
    display.onDispatched(() => {
      if (this.#due) this.#run();
    });
  }

  #run(): void {
    if (this.#soon) clearImmediate(this.#soon);
    this.#soon = null;
    this.#due = false;
    this.#render();
  }
}
