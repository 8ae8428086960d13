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
  return {
    destroy: () => checkDestroy(resource, surface),
    attach: (buffer, x, y) => {
      if (resource.version < OFFSET_REQUEST_SINCE) surface.offset(x, y);
      else if (x !== 0 || y !== 0) {
        resource.postError(WlSurfaceError.invalidOffset, `attach with offset ${x},${y}`);
        return;
      }
      surface.attach(buffer);
    },
    damage: (x, y, width, height) => surface.damage(x, y, width, height),
    damageBuffer: (x, y, width, height) => surface.damageBuffer(x, y, width, height),
    frame: (callback) => surface.addFrameCallback(callback),
    setOpaqueRegion: (region) =>
      surface.setOpaqueRegion(region === null ? Region.empty : RegionResource.valueOf(region)),
    setInputRegion: (region) =>
      surface.setInputRegion(region === null ? null : RegionResource.valueOf(region)),
    commit: () => surface.commit(),
    setBufferTransform: (transform) => {
      if (isTransform(transform)) surface.setBufferTransform(transform);
      else resource.postError(WlSurfaceError.invalidTransform, `no transform ${transform}`);
    },
    setBufferScale: (scale) => {
      if (scale > 0) surface.setBufferScale(scale);
      else resource.postError(WlSurfaceError.invalidScale, `scale ${scale} is not positive`);
    },
    offset: (x, y) => surface.offset(x, y),
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
