import type { Rect } from './rect.ts';

/** A wl_output.transform: 0-3 counter-clockwise quarter turns, plus 4 when flipped around the vertical axis first. */
export type Transform = number;

/** True where width and height change places. */
export function swapsAxes(transform: Transform): boolean {
  return (transform & 1) === 1;
}

export function isTransform(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 7;
}

/** Flips are their own inverse, plain turns go the other way round. */
export function invertTransform(transform: Transform): Transform {
  return (transform & 4) === 0 && (transform & 1) === 1 ? transform ^ 2 : transform;
}

/**
 * Takes a rectangle of a transformed picture (a client's buffer, a turned screen) of `width` x `height` to the
 * upright picture behind it. The inverse direction is the same call with the inverse transform and the upright size.
 */
export function toUpright(rect: Rect, transform: Transform, width: number, height: number): Rect {
  const { x, y, width: w, height: h } = rect;
  switch (transform) {
    case 1:
      return { x: height - y - h, y: x, width: h, height: w };
    case 2:
      return { x: width - x - w, y: height - y - h, width: w, height: h };
    case 3:
      return { x: y, y: width - x - w, width: h, height: w };
    case 4:
      return { x: width - x - w, y, width: w, height: h };
    case 5:
      return { x: y, y: x, width: h, height: w };
    case 6:
      return { x, y: height - y - h, width: w, height: h };
    case 7:
      return { x: height - y - h, y: width - x - w, width: h, height: w };
    default:
      return rect;
  }
}

/** Takes an upright rectangle to the transformed picture; width and height are the upright picture's. */
export function fromUpright(rect: Rect, transform: Transform, width: number, height: number): Rect {
  return toUpright(rect, invertTransform(transform), width, height);
}

/**
 * The buffer transform that a picture has on a screen which is itself turned by `screen`: what composing into the
 * screen's own memory order must undo.
 */
export function transformOnScreen(buffer: Transform, screen: Transform): Transform {
  if (screen === 0) return buffer;
  for (let candidate = 0; candidate < 8; candidate++)
    if (sameEffect(candidate, buffer, screen)) return candidate;
  throw new RangeError(`no transform combines ${buffer} and ${screen}`);
}

/** Compares by two marks in a unit square, which tell all eight transforms apart. */
function sameEffect(candidate: Transform, buffer: Transform, screen: Transform): boolean {
  for (const mark of MARKS) {
    const direct = toUpright(mark, candidate, 4, 4);
    const stepwise = fromUpright(toUpright(mark, buffer, 4, 4), screen, 4, 4);
    if (direct.x !== stepwise.x || direct.y !== stepwise.y) return false;
  }
  return true;
}

const MARKS: readonly Rect[] = [
  { x: 0, y: 0, width: 1, height: 1 },
  { x: 1, y: 0, width: 1, height: 1 },
];
