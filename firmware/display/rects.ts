/** x, y, width, height each, one after the other. */
export type Rects = number[];

/** The one around them all; none for none. */
export function boundsOf(rects: Rects): Rects {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 3 < rects.length; i += 4) {
    const [x = 0, y = 0, width = 0, height = 0] = rects.slice(i, i + 4);
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return rects.length < 4 ? [] : [left, top, right - left, bottom - top];
}

/** The part of one that is on a screen, none when nothing is. */
export function within(
  [x, y, width, height]: readonly [number, number, number, number],
  screen: { readonly width: number; readonly height: number },
): Int32Array {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(screen.width, x + width), Math.min(screen.height, y + height)];
  return right > left && bottom > top
    ? Int32Array.of(left, top, right - left, bottom - top)
    : new Int32Array(0);
}
