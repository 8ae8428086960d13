import { contains, type Edges, noEdges, type Point, type Rect, type Size } from './geometry.ts';
import type { WindowPart } from './policy.ts';

/** Logical pixels. */
export const TITLE_BAR_HEIGHT = 32;
export const BUTTON_WIDTH = 36;
/** How far outside the frame its border can still be grabbed. */
export const BORDER_REACH = 8;
/** From a corner of the frame along an edge, where a drag resizes in both directions. */
const CORNER_REACH = 20;

export const buttons = ['minimize', 'maximize', 'close'] as const;
export const BUTTONS_WIDTH = BUTTON_WIDTH * buttons.length;

/** The frame of a window whose geometry has its corner at `at`. */
export function frameOf(at: Point, size: Size, hasTitleBar: boolean): Rect {
  const top = hasTitleBar ? TITLE_BAR_HEIGHT : 0;
  return { x: at.x, y: at.y - top, width: size.width, height: size.height + top };
}

/** What of a title bar `width` wide lies at this point of it. */
export function titleBarPart(width: number, at: Point): WindowPart {
  const fromRight = width - at.x;
  const index = buttons.length - 1 - Math.floor(fromRight / BUTTON_WIDTH);
  return (fromRight >= 0 && buttons[index]) || 'titleBar';
}

/** The edges of the frame that a press on its border takes hold of. */
export function borderEdges(frame: Rect, at: Point): Edges {
  const inner = contains(frame, at);
  if (inner) return noEdges;
  const reach = CORNER_REACH;
  const left = at.x < frame.x;
  const right = at.x >= frame.x + frame.width;
  const top = at.y < frame.y;
  const bottom = at.y >= frame.y + frame.height;
  return {
    left: left || ((top || bottom) && at.x < frame.x + reach),
    right: right || ((top || bottom) && at.x >= frame.x + frame.width - reach),
    top: top || ((left || right) && at.y < frame.y + reach),
    bottom: bottom || ((left || right) && at.y >= frame.y + frame.height - reach),
  };
}

/** The cursor shape that announces a resize of these edges. */
export function edgeCursor(edges: Edges): string {
  const name = `${edges.top ? 'n' : edges.bottom ? 's' : ''}${edges.left ? 'w' : edges.right ? 'e' : ''}`;
  return name === '' ? 'default' : `${name}-resize`;
}
