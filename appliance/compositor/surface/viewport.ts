import {
  type WpViewport,
  WpViewportError,
  type WpViewporter,
  WpViewporterError,
  wpViewporter,
} from '../../../protocol/wayland/generated/viewporter.ts';
import type { SurfaceHost } from './host.ts';
import { Surface } from './surface.ts';

/** Offers wp_viewporter 1: surfaces cropped and scaled. */
export function exposeViewporter(host: SurfaceHost): void {
  host.display.createGlobal(wpViewporter, 1, (viewporter: WpViewporter) => {
    viewporter.setHandler({
      getViewport: (id, resource) => {
        const surface = Surface.from(resource);
        if (surface.viewport === null) addViewport(id, surface);
        else
          viewporter.postError(
            WpViewporterError.viewportExists,
            `wl_surface#${resource.id} has a viewport already`,
          );
      },
    });
  });
}

function addViewport(viewport: WpViewport, surface: Surface): void {
  surface.viewport = { resource: viewport };
  viewport.setHandler({
    setSource: (x, y, width, height) => {
      if (isGone(viewport, surface)) return;
      if (isUnset(x, y, width, height)) surface.pending.setSource(-1, -1, -1, -1);
      else if (x >= 0 && y >= 0 && width > 0 && height > 0)
        surface.pending.setSource(x, y, width, height);
      else viewport.postError(WpViewportError.badValue, `source ${x},${y} ${width}x${height}`);
    },
    setDestination: (width, height) => {
      if (isGone(viewport, surface)) return;
      if (isUnset(width, height) || (width > 0 && height > 0))
        surface.pending.setDestination(width, height);
      else viewport.postError(WpViewportError.badValue, `destination ${width}x${height}`);
    },
  });
  viewport.onDestroy(() => {
    surface.viewport = null;
    surface.pending.setSource(-1, -1, -1, -1);
    surface.pending.setDestination(-1, -1);
  });
}

function isUnset(...values: readonly number[]): boolean {
  return values.every((value) => value === -1);
}

function isGone(viewport: WpViewport, surface: Surface): boolean {
  if (surface.destroyed) viewport.postError(WpViewportError.noSurface, 'its wl_surface is gone');
  return surface.destroyed;
}
