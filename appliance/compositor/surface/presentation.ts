import {
  type WpPresentation,
  wpPresentation,
} from '../../../protocol/wayland/generated/presentation-time.ts';
import type { SurfaceHost } from './host.ts';
import { PresentationFeedback } from './presentation-feedback.ts';
import { Surface } from './surface.ts';

/** CLOCK_MONOTONIC of clock_gettime(2), which all presentation times here are of. */
const CLOCK_MONOTONIC = 1;

/** Offers wp_presentation 1. */
export function exposePresentation(host: SurfaceHost): void {
  host.display.createGlobal(wpPresentation, 1, (presentation: WpPresentation) => {
    presentation.setHandler({
      feedback(surface, callback) {
        Surface.from(surface).pending.addFeedback(new PresentationFeedback(callback));
      },
    });
    presentation.sendClockId(CLOCK_MONOTONIC);
  });
}
