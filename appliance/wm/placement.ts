import { clamp, type Point, type Rect, type Size } from './geometry.ts';

const CASCADE_STEP = 32;
const TAKEN_DISTANCE = 16;
/** Of a window's frame this much stays on screen, so that it can always be grabbed again. */
export const REACHABLE = 64;

/** Centre of `area`, kept inside it; a frame larger than the area starts at its top left corner. */
export function centred(frame: Size, area: Rect): Point {
  return inside(
    {
      x: Math.round(area.x + (area.width - frame.width) / 2),
      y: Math.round(area.y + (area.height - frame.height) / 2),
    },
    frame,
    area,
  );
}

function inside(at: Point, frame: Size, area: Rect): Point {
  return {
    x: clamp(at.x, area.x, area.x + area.width - frame.width),
    y: clamp(at.y, area.y, area.y + area.height - frame.height),
  };
}

function isTaken(at: Point, taken: readonly Point[]): boolean {
  return taken.some(
    (other) =>
      Math.abs(other.x - at.x) < TAKEN_DISTANCE && Math.abs(other.y - at.y) < TAKEN_DISTANCE,
  );
}

/** Moves a centred frame down and right until its corner covers no other window's corner. */
export function cascaded(frame: Size, usable: Rect, taken: readonly Point[]): Point {
  const start = centred(frame, usable);
  let at = start;
  for (let step = 0; step <= taken.length && isTaken(at, taken); step++) {
    const next = { x: at.x + CASCADE_STEP, y: at.y + CASCADE_STEP };
    const fits =
      next.x + frame.width <= usable.x + usable.width &&
      next.y + frame.height <= usable.y + usable.height;
    at = fits ? next : { x: usable.x + ((step * CASCADE_STEP) % 160), y: usable.y };
  }
  return at;
}

/** A dialog over its parent, but inside the usable area where it fits. */
export function overParent(frame: Size, parent: Rect, usable: Rect): Point {
  const at = {
    x: Math.round(parent.x + (parent.width - frame.width) / 2),
    y: Math.round(parent.y + (parent.height - frame.height) / 2),
  };
  return inside(at, frame, usable);
}

/** Moves a frame as little as possible so that its top edge can be reached with the pointer. */
export function reachable(frame: Rect, usable: Rect): Point {
  return {
    x: clamp(
      frame.x,
      usable.x + Math.min(REACHABLE, frame.width) - frame.width,
      usable.x + usable.width - Math.min(REACHABLE, frame.width),
    ),
    y: clamp(frame.y, usable.y, usable.y + usable.height - Math.min(REACHABLE, frame.height)),
  };
}

/**
 * Where a frame goes when the area around it becomes another and it becomes `size` in it: it keeps its share of the
 * free room, so that what was centred or at an edge still is, and is wholly inside where it fits.
 */
export function carriedOver(frame: Rect, from: Rect, size: Size, to: Rect): Point {
  return {
    x: to.x + carriedOffset(frame.x - from.x, from.width - frame.width, to.width - size.width),
    y: to.y + carriedOffset(frame.y - from.y, from.height - frame.height, to.height - size.height),
  };
}

function carriedOffset(offset: number, freeBefore: number, free: number): number {
  const share = freeBefore > 0 ? clamp(offset / freeBefore, 0, 1) : 0.5;
  return Math.round(share * Math.max(0, free));
}

/** Fits a proposed size into the client's limits (0 = none); never below 1 x 1. */
export function limitSize(size: Size, min: Size, max: Size): Size {
  const limit = (value: number, low: number, high: number) =>
    Math.max(1, low, high > 0 ? Math.min(value, high) : value);
  return {
    width: limit(size.width, min.width, max.width),
    height: limit(size.height, min.height, max.height),
  };
}
