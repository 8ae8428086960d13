import type { Desktop } from '../../helpers/desktop.ts';
import type { Box } from '../../helpers/picture.ts';

const PAUSE_MS = 90;
/** A letter that takes longer counts as that long. */
const GIVEN_UP_MS = 4000;
const TITLE_PX = 33;
const EDGE_PX = 2;

/** Somebody who types letters into a window that shows them, and looks for each. */
export class Typist {
  frames = 0;
  #desk: Desktop | null = null;
  #inside: Box | null = null;
  /** What was in the window when it was looked at last. */
  #shown = new Uint32Array(0);
  #look: (() => void) | null = null;

  /** Opens the window in front of all others. */
  async sit(desk: Desktop): Promise<void> {
    const foot = await desk.open('foot', [
      '-W',
      '40x8',
      'sh',
      '-c',
      'stty -icanon; exec cat >/dev/null',
    ]);
    const { x, y, width, height } = foot.box;
    this.#inside = {
      x: x + EDGE_PX,
      y: y + TITLE_PX,
      width: width - 2 * EDGE_PX,
      height: height - TITLE_PX - EDGE_PX,
    };
    this.#shown = new Uint32Array(this.#inside.width * this.#inside.height);
    this.#desk = desk;
  }

  /** A frame is shown. */
  seen(): void {
    this.frames++;
    if (this.#look && this.#hasChanged()) this.#look();
  }

  /** @returns how long each letter took, in ms */
  async type(forMs: number): Promise<number[]> {
    const took: number[] = [];
    const untilMs = performance.now() + forMs;
    while (performance.now() < untilMs) {
      took.push(await this.#typeOne());
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return took;
  }

  async #typeOne(): Promise<number> {
    const fromMs = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GIVEN_UP_MS);
    this.#hasChanged();
    this.#look = resolve;
    this.#desk?.type('m');
    await promise;
    clearTimeout(timer);
    this.#look = null;
    return performance.now() - fromMs;
  }

  /** Since this was asked last. */
  #hasChanged(): boolean {
    const picture = this.#desk?.terminal.picture?.framebuffer;
    const box = this.#inside;
    if (!picture || !box) return false;
    const all = new Uint32Array(picture.bytes.buffer, picture.bytes.byteOffset);
    let changed = false;
    for (let y = 0; y < box.height; y++) {
      const from = (box.y + y) * picture.width + box.x;
      const row = all.subarray(from, from + box.width);
      const shown = this.#shown.subarray(y * box.width, (y + 1) * box.width);
      if (!changed && row.every((pixel, x) => pixel === shown[x])) continue;
      changed = true;
      shown.set(row);
    }
    return changed;
  }
}
