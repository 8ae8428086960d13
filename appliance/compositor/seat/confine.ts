import { isEmpty, type Rect } from '../region/rect.ts';

export interface Point {
  x: number;
  y: number;
}

/** The point of `rects` (half open, at least a pixel each) that is nearest to (x, y); (x, y) itself without rects. */
export function nearestInside(rects: readonly Rect[], x: number, y: number): Point {
  let best: Point = { x, y };
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const rect of rects) {
    if (isEmpty(rect)) continue;
    const point = clampTo(rect, x, y);
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance < bestDistance) [best, bestDistance] = [point, distance];
  }
  return best;
}

function clampTo(rect: Rect, x: number, y: number): Point {
  // half open: the right-most position that still is on the last pixel is that pixel's left edge, but a pointer already
  // inside the last pixel stays where it is
  return {
    x: clampAxis(x, rect.x, rect.x + rect.width),
    y: clampAxis(y, rect.y, rect.y + rect.height),
  };
}

function clampAxis(value: number, start: number, end: number): number {
  if (value < start) return start;
  return value < end ? value : end - 1;
}
