import {
  type WlSubcompositor,
  WlSubcompositorError,
  type WlSubsurface,
  wlSubcompositor,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { SurfaceHost } from './host.ts';
import { Subsurface } from './subsurface.ts';
import { Surface } from './surface.ts';

/** Deeper nesting than this ends the client: every walk over a tree of surfaces is recursive. */
const MAX_DEPTH = 64;

/** Offers wl_subcompositor 1. */
export function exposeSubcompositor(host: SurfaceHost): void {
  host.display.createGlobal(wlSubcompositor, 1, (subcompositor: WlSubcompositor) => {
    subcompositor.setHandler({
      getSubsurface: (id, surface, parent) =>
        getSubsurface(subcompositor, id, Surface.from(surface), Surface.from(parent)),
    });
  });
}

function getSubsurface(
  subcompositor: WlSubcompositor,
  id: WlSubsurface,
  surface: Surface,
  parent: Surface,
): void {
  const depth = depthBelow(surface, parent);
  if (depth === null || depth > MAX_DEPTH) {
    const reason = depth === null ? 'is the surface itself or inside it' : 'is nested too deep';
    subcompositor.postError(
      WlSubcompositorError.badParent,
      `parent wl_surface#${parent.resource.id} ${reason}`,
    );
    return;
  }
  const subsurface = new Subsurface(id, surface, parent);
  const conflict = { resource: subcompositor, code: WlSubcompositorError.badSurface };
  if (surface.assignRole(subsurface, conflict)) subsurface.attach();
}

/** Levels above `parent`, or null where `surface` is among them. */
function depthBelow(surface: Surface, parent: Surface): number | null {
  let depth = 0;
  for (let at: Surface | null = parent; at !== null; at = at.parent) {
    if (at === surface) return null;
    depth++;
  }
  return depth;
}
