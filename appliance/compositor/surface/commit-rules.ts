import {
  type WpViewport,
  WpViewportError,
} from '../../../protocol/wayland/generated/viewporter.ts';
import { WlSurfaceError } from '../../../protocol/wayland/generated/wayland.ts';
import type { Surface } from './surface.ts';
import { scaleDividesBuffer, sourceFits } from './surface-geometry.ts';
import type { SurfaceState } from './surface-state.ts';

/** The surface's wp_viewport, for errors that show at commit only. */
export interface ViewportLink {
  readonly resource: WpViewport;
}

/** Themes and toolkits give cursors odd sizes at scale 2, which every compositor lets pass. */
const MAY_HAVE_ODD_SIZE: ReadonlySet<string> = new Set(['cursor', 'wl_pointer-cursor']);

/** No side of a picture that native code composes is longer. */
const MAX_BUFFER_SIDE = 32_767;

/** @returns false when the commit was refused with a protocol error */
export function checkCommit(surface: Surface, pending: Readonly<SurfaceState>): boolean {
  const { viewport } = surface;
  const hasSource = pending.sourceWidth > 0;
  if (viewport && hasSource && pending.destinationWidth <= 0 && !hasWholeSource(pending)) {
    const size = `${pending.sourceWidth}x${pending.sourceHeight}`;
    viewport.resource.postError(
      WpViewportError.badSize,
      `source of ${size} without a destination: its size must be whole`,
    );
    return false;
  }
  if (pending.bufferWidth === 0) return true;
  if (Math.max(pending.bufferWidth, pending.bufferHeight) > MAX_BUFFER_SIDE) {
    const size = `${pending.bufferWidth}x${pending.bufferHeight}`;
    surface.resource.postError(WlSurfaceError.invalidSize, `buffer of ${size} cannot be shown`);
    return false;
  }
  if (!scaleDividesBuffer(pending) && !MAY_HAVE_ODD_SIZE.has(surface.role?.name ?? '')) {
    const size = `${pending.bufferWidth}x${pending.bufferHeight}`;
    surface.resource.postError(
      WlSurfaceError.invalidSize,
      `buffer of ${size} is not a multiple of scale ${pending.scale}`,
    );
    return false;
  }
  if (viewport && !sourceFits(pending)) {
    viewport.resource.postError(WpViewportError.outOfBuffer, 'source reaches out of the buffer');
    return false;
  }
  return true;
}

function hasWholeSource(state: Readonly<SurfaceState>): boolean {
  return Number.isInteger(state.sourceWidth) && Number.isInteger(state.sourceHeight);
}
