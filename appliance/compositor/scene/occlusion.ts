import { Region } from '../region/region.ts';
import type { PixelBox } from './pixel-grid.ts';

export interface Occluder extends PixelBox {
  hidden: boolean;
  opaqueRegion(): Region;
}

/** Beyond this many rectangles more occluders are not worth their cost. */
const MAX_COVER_RECTS = 64;

/**
 * Marks what cannot be seen.
 * @param placements bottom to top
 * @returns true when the background cannot be seen either
 */
export function markHidden(
  placements: readonly Occluder[],
  width: number,
  height: number,
): boolean {
  let cover = Region.empty;
  for (let i = placements.length - 1; i >= 0; i--) {
    const placement = placements[i] as Occluder;
    placement.hidden = isCovered(cover, placement, width, height);
    if (!placement.hidden && cover.rectCount < MAX_COVER_RECTS)
      cover = cover.union(placement.opaqueRegion());
  }
  return cover.containsBox(0, 0, width, height);
}

function isCovered(cover: Region, box: PixelBox, width: number, height: number): boolean {
  return cover.containsBox(
    Math.max(0, box.left),
    Math.max(0, box.top),
    Math.min(width, box.right),
    Math.min(height, box.bottom),
  );
}
