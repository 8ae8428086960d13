import type { Compositor } from '../compositor/compositor.ts';
import { OutputStream } from '../encode/output-stream.ts';

/**
 * Looks at the session as a terminal would that shows every frame at once: in conformance tests clients meet the pace
 * and the readers of their buffers that they meet in production, without a terminal.
 */
export class TestViewer {
  readonly #compositor: Compositor;
  #streams: OutputStream[] = [];

  constructor(compositor: Compositor) {
    this.#compositor = compositor;
    this.setRunning(true);
  }

  /** Not while a terminal is attached: frames can be taken by one alone. */
  setRunning(running: boolean): void {
    for (const stream of this.#streams.splice(0)) stream[Symbol.dispose]();
    if (!running) return;
    const { scene, outputs, clock } = this.#compositor;
    this.#streams = outputs.outputs.map((output) => {
      const stream: OutputStream = new OutputStream({
        output,
        scene,
        firstFrame: 1,
        linkHasRoom: () => true,
        send: ({ frame }) => {
          setImmediate(() => stream.acknowledged(frame));
          return true;
        },
        nowMs: clock,
        onFailure: (error) => {
          throw error;
        },
      });
      return stream;
    });
    this.tick();
  }

  tick(): void {
    for (const stream of this.#streams) stream.tick();
  }
}
