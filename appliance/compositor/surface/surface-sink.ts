import type { DamageList } from '../region/damage-list.ts';
import type { Surface } from './surface.ts';

/** What one applied commit did to the picture of a surface. */
export interface SurfaceChange {
  /** Surface-local, fractional, within the surface. */
  readonly damage: DamageList;
  /** Size, mapping from the buffer, whether there is one, or the stack of subsurfaces is another. */
  geometry: boolean;
  /** What it hides from surfaces below is another. */
  opacity: boolean;
  /** It takes input elsewhere. */
  input: boolean;
  /** Somebody waits for this commit to be shown (frame callback, presentation feedback). */
  awaited: boolean;
}

/** Whoever draws the surfaces. */
export interface SurfaceSink {
  surfaceCreated(surface: Surface): void;
  /** `change` is valid during the call only. */
  surfaceCommitted(surface: Surface, change: SurfaceChange): void;
  /** Subsurfaces of this one came, went or moved apart from a commit. */
  surfaceStackChanged(surface: Surface): void;
  surfaceDestroyed(surface: Surface): void;
}
