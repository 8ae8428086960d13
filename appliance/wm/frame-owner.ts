import type { Rect } from './geometry.ts';
import type { WindowId } from './policy.ts';

/** Marks the scene items of a window, so that a hit on one of them finds its window and part. */
export class FrameOwner {
  readonly window: WindowId;
  readonly kind: 'content' | 'titleBar' | 'border';
  /** The whole frame, global. */
  readonly frame: Rect;

  constructor(window: WindowId, kind: FrameOwner['kind'], frame: Rect) {
    this.window = window;
    this.kind = kind;
    this.frame = frame;
  }
}
