import type { SurfaceState } from './surface-state.ts';

/** What a surface is used as: a window, a popup, a subsurface, a cursor, a drag icon. */
export interface SurfaceRole {
  /** The same for all objects of a kind: a surface never changes it. */
  readonly name: string;
  /** Sees each commit before it is applied; posts a protocol error by throwing a WaylandError. */
  beforeCommit?(pending: Readonly<SurfaceState>): void;
  /** The surface's new state is current, with that of its synchronised subsurfaces. */
  afterCommit(): void;
  onSurfaceDestroyed(): void;
  /** True while the client holds a role object that must go before its surface (wl_surface.defunct_role_object). */
  holdsRoleObject?(): boolean;
}
