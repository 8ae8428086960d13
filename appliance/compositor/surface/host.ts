import type { Display } from '../../../native/wayland/index.ts';
import type { SurfaceSink } from './surface-sink.ts';

/** What the surface protocols need of their compositor. */
export interface SurfaceHost {
  readonly display: Display;
  readonly scene: SurfaceSink;
}
