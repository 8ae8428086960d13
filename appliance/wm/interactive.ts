import type { Edges, Point, Rect, Size } from './geometry.ts';
import { limitSize } from './placement.ts';

/** A move or resize in progress; `start` and `geometry` are what they were when the button went down. */
export interface Operation {
  readonly kind: 'move' | 'resize';
  readonly window: number;
  readonly start: Point;
  readonly geometry: Rect;
  readonly edges: Edges;
}

/** The window geometry's corner while it is moved to `at`; its top never leaves the area upwards. */
export function movedTo(operation: Operation, at: Point, lowestTop: number): Point {
  return {
    x: Math.round(operation.geometry.x + at.x - operation.start.x),
    y: Math.max(lowestTop, Math.round(operation.geometry.y + at.y - operation.start.y)),
  };
}

/** The size proposed while the dragged edges follow the pointer. */
export function resizedTo(operation: Operation, at: Point, min: Size, max: Size): Size {
  const { geometry, edges, start } = operation;
  const dx = Math.round(at.x - start.x);
  const dy = Math.round(at.y - start.y);
  const grow = (delta: number, near: boolean, far: boolean) => (far ? delta : near ? -delta : 0);
  return limitSize(
    {
      width: geometry.width + grow(dx, edges.left, edges.right),
      height: geometry.height + grow(dy, edges.top, edges.bottom),
    },
    min,
    max,
  );
}

/**
 * The corner of a window that has actually taken `size`: the edges opposite to the dragged ones stand still, also when
 * the client chose another size than proposed.
 */
export function anchoredCorner(operation: Operation, size: Size): Point {
  const { geometry, edges } = operation;
  return {
    x: edges.left ? geometry.x + geometry.width - size.width : geometry.x,
    y: edges.top ? geometry.y + geometry.height - size.height : geometry.y,
  };
}

/** The edges that a resize from inside a window drags: those of the third of the frame that was pressed. */
export function nearestEdges(at: Point, frame: Rect): Edges {
  const column = (at.x - frame.x) / Math.max(1, frame.width);
  const row = (at.y - frame.y) / Math.max(1, frame.height);
  const edges = {
    left: column < 1 / 3,
    right: column > 2 / 3,
    top: row < 1 / 3,
    bottom: row > 2 / 3,
  };
  const none = !edges.left && !edges.right && !edges.top && !edges.bottom;
  return none ? { ...edges, right: true, bottom: true } : edges;
}
