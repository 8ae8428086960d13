import type { Compositor } from '../compositor/compositor.ts';

/**
 * Renders as soon as something changed: right after the batch of client requests that changed it, or, for what
 * input and timers changed, at the end of this turn of the event loop.
 */
export class RenderLoop {
  #scheduled: NodeJS.Immediate | null = null;
  readonly #render: () => void;

  constructor(compositor: Compositor, render: () => void) {
    this.#render = render;
    compositor.scene.onDamage(() => {
      this.#scheduled ??= setImmediate(() => this.#run());
    });
    compositor.display.onDispatched(() => {
      if (this.#scheduled) this.#run();
    });
  }

  #run(): void {
    if (this.#scheduled) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    this.#render();
  }
}
