import type { CursorMessage } from '../../protocol/generated/cursor.ts';
import type { ArrivedFrame } from './attachment.ts';

const MAX_FRAMES = 8;
const MAX_CURSORS = 64;

export interface Early {
  readonly frames: readonly ArrivedFrame[];
  readonly cursors: readonly CursorMessage[];
  /** Outputs of which more came than is kept: only a whole picture helps. */
  readonly lost: readonly number[];
}

const NOTHING: Early = { frames: [], cursors: [], lost: [] };

/**
 * What comes of a view before the View message itself: each channel has a connection of its own, and the one of the
 * control channel may be the slower one.
 */
export class EarlyView {
  #view = 0;
  #frames: ArrivedFrame[] = [];
  #cursors: CursorMessage[] = [];
  readonly #lost = new Set<number>();

  frame(view: number, frame: ArrivedFrame): void {
    this.#expect(view);
    if (this.#view !== view) return;
    if (this.#frames.length < MAX_FRAMES) this.#frames.push(frame);
    else this.#lost.add(frame.header.output);
  }

  cursor(view: number, message: CursorMessage): void {
    this.#expect(view);
    if (this.#view !== view || this.#cursors.length === MAX_CURSORS) return;
    // The message lies in a buffer that is used again.
    const kept =
      message.type === 'CursorImage' ? { ...message, pixels: message.pixels.slice() } : message;
    this.#cursors.push(kept);
  }

  /** What has come of this view so far; of views before it nothing is kept. */
  take(view: number): Early {
    const isIt = view === this.#view;
    const early = isIt
      ? { frames: this.#frames, cursors: this.#cursors, lost: [...this.#lost] }
      : NOTHING;
    if (view >= this.#view) this.#begin(0);
    return early;
  }

  /** Only the newest view can be the next one. */
  #expect(view: number): void {
    if (view > this.#view) this.#begin(view);
  }

  #begin(view: number): void {
    this.#view = view;
    this.#frames = [];
    this.#cursors = [];
    this.#lost.clear();
  }
}
