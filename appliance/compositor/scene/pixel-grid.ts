import type { Rect } from '../region/rect.ts';

/** Edges in physical pixels, right and bottom exclusive. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface LogicalBox extends Rect {
  readonly anchor: { readonly x: number; readonly y: number } | null;
}

/**
 * Physical pixels of a logical box on an output, relative to the output's top left corner. Edges are rounded, never
 * sizes: boxes that share an edge and an anchor have no gap and no overlap at any scale.
 */
export function toPixels(
  box: LogicalBox,
  origin: { readonly x: number; readonly y: number },
  scale: number,
): PixelBox {
  const anchorX = box.anchor?.x ?? origin.x;
  const anchorY = box.anchor?.y ?? origin.y;
  const pixelX = Math.round((anchorX - origin.x) * scale);
  const pixelY = Math.round((anchorY - origin.y) * scale);
  return {
    left: pixelX + edge(box.x - anchorX, scale),
    top: pixelY + edge(box.y - anchorY, scale),
    right: pixelX + edge(box.x + box.width - anchorX, scale),
    bottom: pixelY + edge(box.y + box.height - anchorY, scale),
  };
}

/** The difference of two places is off by the last bits of a double, which would tip an edge that lies on half a pixel. */
function edge(offset: number, scale: number): number {
  return Math.round((Math.round(offset * 65_536) / 65_536) * scale);
}

export function isOutside(box: PixelBox, width: number, height: number): boolean {
  return box.right <= 0 || box.bottom <= 0 || box.left >= width || box.top >= height;
}

export function equalBoxes(a: PixelBox, b: PixelBox): boolean {
  return a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;
}

export function boxToRect(box: PixelBox): Rect {
  const { left, top, right, bottom } = box;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
