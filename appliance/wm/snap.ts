import { type Edges, noEdges, type Point, type Rect } from './geometry.ts';

/** How a window fills its output. */
export type Mode = 'floating' | 'maximized' | 'fullscreen' | 'left' | 'right';
export type Direction = 'left' | 'right' | 'up' | 'down';

/** Distance of the pointer from the edge of an output at which a dragged window is about to snap. */
const SNAP_DISTANCE = 4;

const transitions: Record<Direction, Record<Mode, Mode | 'minimize'>> = {
  left: {
    floating: 'left',
    maximized: 'left',
    left: 'left',
    right: 'floating',
    fullscreen: 'fullscreen',
  },
  right: {
    floating: 'right',
    maximized: 'right',
    left: 'floating',
    right: 'right',
    fullscreen: 'fullscreen',
  },
  up: {
    floating: 'maximized',
    maximized: 'maximized',
    left: 'maximized',
    right: 'maximized',
    fullscreen: 'fullscreen',
  },
  down: {
    floating: 'minimize',
    maximized: 'floating',
    left: 'floating',
    right: 'floating',
    fullscreen: 'fullscreen',
  },
};

/** What Super with an arrow makes of a window in `mode`. */
export function stepMode(mode: Mode, direction: Direction): Mode | 'minimize' {
  return transitions[direction][mode];
}

/** The frame of a window in `mode`; null when the mode leaves it free. */
export function modeFrame(mode: Mode, area: Rect, usable: Rect): Rect | null {
  const half = Math.floor(usable.width / 2);
  switch (mode) {
    case 'floating':
      return null;
    case 'fullscreen':
      return area;
    case 'maximized':
      return usable;
    case 'left':
      return { ...usable, width: half };
    case 'right':
      return { ...usable, x: usable.x + half, width: usable.width - half };
  }
}

/** The edges at which a window in `mode` touches something, for xdg_toplevel's tiled states. */
export function modeEdges(mode: Mode): Edges {
  switch (mode) {
    case 'left':
      return { ...noEdges, top: true, bottom: true, left: true };
    case 'right':
      return { ...noEdges, top: true, bottom: true, right: true };
    default:
      return noEdges;
  }
}

/** Where a window lands when its move ends with the pointer there. */
export function dropMode(at: Point, area: Rect): Mode {
  if (at.y <= area.y + SNAP_DISTANCE) return 'maximized';
  if (at.x <= area.x + SNAP_DISTANCE) return 'left';
  if (at.x >= area.x + area.width - SNAP_DISTANCE) return 'right';
  return 'floating';
}
