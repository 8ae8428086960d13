import type { Display } from '../../../native/wayland/index.ts';
import type { Hit } from '../seat/input.ts';
import type { Seat } from '../seat/seat.ts';
import type { DragLayer } from './drag-icon.ts';
import type { Selections } from './selections.ts';

/** What the data transfer protocols need of their compositor. */
export interface DataHost {
  readonly display: Display;
  readonly seat: Seat;
  readonly scene: DragLayer & { hitTest(x: number, y: number): Hit };
  readonly selections: Selections;
}
