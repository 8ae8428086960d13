import type { Point, Rect, Size } from '../../wm/geometry.ts';

/** What an xdg_positioner has been told. Relative to the parent's window geometry. */
export interface PositionerRules {
  readonly size: Size | null;
  readonly anchorRect: Rect | null;
  /** An xdg_positioner.anchor. */
  readonly anchor: number;
  /** An xdg_positioner.gravity. */
  readonly gravity: number;
  /** A mask of xdg_positioner.constraint_adjustment. */
  readonly adjustment: number;
  readonly offset: Point;
  readonly reactive: boolean;
  /** The parent's future window geometry, for popups placed together with a resize of the parent. */
  readonly parentSize: Size | null;
  readonly parentConfigure: number | null;
}

export interface CompleteRules extends PositionerRules {
  readonly size: Size;
  readonly anchorRect: Rect;
}

export const emptyRules: PositionerRules = {
  size: null,
  anchorRect: null,
  anchor: 0,
  gravity: 0,
  adjustment: 0,
  offset: { x: 0, y: 0 },
  reactive: false,
  parentSize: null,
  parentConfigure: null,
};

export function isComplete(rules: PositionerRules): rules is CompleteRules {
  return rules.size !== null && rules.anchorRect !== null;
}

export const LAST_EDGE = 8;
const slide = 1;
const flip = 4;
const resize = 16;

/** -1 towards the start of the axis, 1 towards its end, 0 neither. */
type Side = -1 | 0 | 1;

/** By value of xdg_positioner.anchor and .gravity, which number their entries alike. */
const horizontal: readonly Side[] = [0, 0, 0, -1, 1, -1, -1, 1, 1];
const vertical: readonly Side[] = [0, -1, 1, 0, 0, -1, 1, -1, 1];

interface Span {
  readonly start: number;
  readonly length: number;
}

interface AxisRules {
  readonly anchorSpan: Span;
  readonly anchor: Side;
  readonly gravity: Side;
  readonly offset: number;
  readonly length: number;
  readonly mask: number;
}

function unadjusted(rules: AxisRules, direction: 1 | -1): Span {
  const anchor = rules.anchor * direction;
  const gravity = rules.gravity * direction;
  const { start, length } = rules.anchorSpan;
  const point = start + Math.trunc((length * (anchor + 1)) / 2);
  const shift = gravity === 1 ? 0 : gravity === -1 ? rules.length : Math.trunc(rules.length / 2);
  return { start: point + rules.offset - shift, length: rules.length };
}

function fits(span: Span, bounds: Span): boolean {
  return span.start >= bounds.start && span.start + span.length <= bounds.start + bounds.length;
}

/** Slides away from the one end that sticks out, until it is inside or the other end would stick out. */
function slid(span: Span, bounds: Span): Span {
  const before = bounds.start - span.start;
  const after = span.start + span.length - (bounds.start + bounds.length);
  if (before > 0 && after > 0) return span;
  const room = Math.abs(before > 0 ? after : before);
  const shift = before > 0 ? Math.min(before, room) : -Math.min(after, room);
  return { ...span, start: span.start + shift };
}

/** Cut to the bounds; unchanged when nothing would be left. */
function cut(span: Span, bounds: Span): Span {
  const start = Math.max(span.start, bounds.start);
  const end = Math.min(span.start + span.length, bounds.start + bounds.length);
  return end > start ? { start, length: end - start } : span;
}

function placeOnAxis(rules: AxisRules, bounds: Span): Span {
  let span = unadjusted(rules, 1);
  if (!fits(span, bounds) && rules.mask & flip) {
    const flipped = unadjusted(rules, -1);
    if (fits(flipped, bounds)) span = flipped;
  }
  if (!fits(span, bounds) && rules.mask & slide) span = slid(span, bounds);
  if (!fits(span, bounds) && rules.mask & resize) span = cut(span, bounds);
  return span;
}

/**
 * The popup's window geometry, relative to the parent's window geometry, adjusted as the rules allow so that it stays
 * within `bounds` (same coordinates). Without bounds nothing constrains it.
 */
export function placePopup(rules: CompleteRules, bounds: Rect | null): Rect {
  const everywhere: Span = { start: Number.NEGATIVE_INFINITY, length: Number.POSITIVE_INFINITY };
  const x = placeOnAxis(
    {
      anchorSpan: { start: rules.anchorRect.x, length: rules.anchorRect.width },
      anchor: horizontal[rules.anchor] ?? 0,
      gravity: horizontal[rules.gravity] ?? 0,
      offset: rules.offset.x,
      length: rules.size.width,
      mask: rules.adjustment,
    },
    bounds ? { start: bounds.x, length: bounds.width } : everywhere,
  );
  const y = placeOnAxis(
    {
      anchorSpan: { start: rules.anchorRect.y, length: rules.anchorRect.height },
      anchor: vertical[rules.anchor] ?? 0,
      gravity: vertical[rules.gravity] ?? 0,
      offset: rules.offset.y,
      length: rules.size.height,
      mask: rules.adjustment >> 1,
    },
    bounds ? { start: bounds.y, length: bounds.height } : everywhere,
  );
  return {
    x: toInt32(x.start),
    y: toInt32(y.start),
    width: toInt32(x.length),
    height: toInt32(y.length),
  };
}

/** Client-chosen numbers may add up beyond what an int argument can carry. */
function toInt32(value: number): number {
  return Math.max(-0x80000000, Math.min(0x7fffffff, Math.round(value)));
}
