import {
  type WlCompositor,
  type WlSurface,
  WlSurfaceError,
  type WlSurfaceRequests,
  wlCompositor,
} from '../../../protocol/wayland/generated/wayland.ts';
import { Region } from '../region/region.ts';
import { isTransform } from '../region/transform.ts';
import type { SurfaceHost } from './host.ts';
import { RegionResource } from './region-resource.ts';
import { Surface } from './surface.ts';

/** wl_surface.attach takes no offset from this version on. */
const OFFSET_REQUEST_SINCE = 5;

/** Offers wl_compositor 6: surfaces and regions. */
export function exposeCompositor(host: SurfaceHost): void {
  host.display.createGlobal(wlCompositor, 6, (compositor: WlCompositor) => {
    compositor.setHandler({
      createSurface: (id) => {
        id.setHandler(surfaceRequests(id, new Surface(id, host.scene)));
      },
      createRegion: (id) => {
        new RegionResource(id);
      },
    });
  });
}

function surfaceRequests(resource: WlSurface, surface: Surface): WlSurfaceRequests {
  const { pending } = surface;
  return {
    destroy: () => checkDestroy(resource, surface),
    attach: (buffer, x, y) => {
      if (resource.version < OFFSET_REQUEST_SINCE) pending.offset(x, y);
      else if (x !== 0 || y !== 0) {
        resource.postError(WlSurfaceError.invalidOffset, `attach with offset ${x},${y}`);
        return;
      }
      pending.attach(buffer);
    },
    damage: (x, y, width, height) => pending.damage(x, y, width, height),
    damageBuffer: (x, y, width, height) => pending.damageBuffer(x, y, width, height),
    frame: (callback) => pending.addFrameCallback(callback),
    setOpaqueRegion: (region) =>
      pending.setOpaqueRegion(region === null ? Region.empty : RegionResource.valueOf(region)),
    setInputRegion: (region) =>
      pending.setInputRegion(region === null ? null : RegionResource.valueOf(region)),
    commit: () => surface.commit(),
    setBufferTransform: (transform) => {
      if (isTransform(transform)) pending.setBufferTransform(transform);
      else resource.postError(WlSurfaceError.invalidTransform, `no transform ${transform}`);
    },
    setBufferScale: (scale) => {
      if (scale > 0) pending.setBufferScale(scale);
      else resource.postError(WlSurfaceError.invalidScale, `scale ${scale} is not positive`);
    },
    offset: (x, y) => pending.offset(x, y),
  };
}

function checkDestroy(resource: WlSurface, surface: Surface): void {
  const { role } = surface;
  if (role?.holdsRoleObject?.() !== true) return;
  resource.postError(
    WlSurfaceError.defunctRoleObject,
    `wl_surface destroyed before its ${role.name}`,
  );
}
