import type { Surface } from '../compositor/surface/surface.ts';
import type { Point, Rect } from './geometry.ts';
import type { WindowId, WindowInfo, WindowProposal } from './policy.ts';

/** A popup where it is shown: `at` is its surface's corner, relative to the corner of the window's geometry. */
export interface ShownPopup {
  readonly surface: Surface;
  readonly at: Point;
}

/** A client's window as the transactions drive it, whatever protocol it came by. */
export interface ManagedWindow {
  readonly id: WindowId;
  readonly surface: Surface;
  readonly info: WindowInfo;
  readonly mapped: boolean;
  /** What counts as the window of its surface, in surface coordinates. */
  readonly geometry: Rect;
  /** Serial of the newest configure that the client has drawn; null before the first. */
  readonly drawnSerial: number | null;
  /** Nothing that was configured is still to be drawn. */
  readonly settled: boolean;
  /** Mapped popups, bottom to top. */
  readonly popups: readonly ShownPopup[];
  /** @returns the serial when there was something to tell the client */
  configure(proposal: WindowProposal): number | null;
  close(): void;
  /** The window was shown in another place: popups that follow their surroundings may need another one too. */
  placed(): void;
}
