import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { Surface } from '../surface/surface.ts';
import type { SerialHistory } from './serial-history.ts';

/** What the devices of a seat share. */
export interface SeatContext {
  nextSerial(): number;
  readonly serials: SerialHistory<WaylandClient, Surface>;
}
