import {
  type WpFractionalScaleManagerV1,
  WpFractionalScaleManagerV1Error,
  wpFractionalScaleManagerV1,
} from '../../../protocol/wayland/generated/fractional-scale.ts';
import type { SurfaceHost } from './host.ts';
import { Surface } from './surface.ts';

/** The protocol counts scales in 120ths. */
const DENOMINATOR = 120;

/** Offers wp_fractional_scale_manager_v1: tells surfaces the exact scale of their output. */
export function exposeFractionalScale(host: SurfaceHost): void {
  host.display.createGlobal(
    wpFractionalScaleManagerV1,
    1,
    (manager: WpFractionalScaleManagerV1) => {
      manager.setHandler({
        getFractionalScale: (id, resource) => {
          const surface = Surface.from(resource);
          if (surface.onPreferredScale !== null) {
            manager.postError(
              WpFractionalScaleManagerV1Error.fractionalScaleExists,
              `wl_surface#${resource.id} has a fractional scale already`,
            );
            return;
          }
          const send = (scale: number) => id.sendPreferredScale(Math.round(scale * DENOMINATOR));
          surface.onPreferredScale = send;
          id.setHandler({});
          id.onDestroy(() => {
            surface.onPreferredScale = null;
          });
          send(surface.preferredScale);
        },
      });
    },
  );
}
