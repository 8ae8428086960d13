import { type Point, type Rect, type Size, sameSize } from './geometry.ts';
import { anchoredCorner, type Operation } from './interactive.ts';
import { limitSize } from './placement.ts';
import type { DecorationMode, OutputId, WindowInfo } from './policy.ts';
import type { Mode } from './snap.ts';
import { frameOf, TITLE_BAR_HEIGHT } from './title-bar-layout.ts';

/** A window as the floating policy sees it. */
export interface FloatingWindow {
  info: WindowInfo;
  mapped: boolean;
  minimized: boolean;
  mode: Mode;
  /** The mode that leaving full screen returns to. */
  modeBelow: Mode;
  output: OutputId | null;
  /** Of the geometry's corner while floating; null before it was first placed. */
  at: Point | null;
  /** Proposed while floating; null lets the client choose. */
  size: Size | null;
  /** What the client last drew. */
  actual: Size;
  /** A resize whose fixed edges stand still until the client has drawn its last size. */
  anchor: Operation | null;
  /** The user holds it with the pointer. */
  isHeld: boolean;
  /** Where it was put when its output changed, and what that was made from; void once `at` is another. */
  refit: Refit | null;
  /** It was made smaller than it had been chosen to be, because its output has no more room. */
  squeeze: Squeeze | null;
}

export interface Squeeze {
  /** What the user or the client chose last. */
  readonly own: Size;
  /** What the client made of the smaller size; null until it has drawn that. */
  drawn: Size | null;
}

/** A window's place on an output of another size, kept to return to it exactly when that size returns. */
export interface Refit {
  readonly original: { readonly at: Point; readonly size: Size; readonly usable: Rect };
  readonly at: Point;
}

export function newWindow(info: WindowInfo): FloatingWindow {
  return {
    info,
    mapped: false,
    minimized: false,
    mode: 'floating',
    modeBelow: 'floating',
    output: null,
    at: null,
    size: null,
    actual: { width: 0, height: 0 },
    anchor: null,
    isHeld: false,
    refit: null,
    squeeze: null,
  };
}

export function decorationOf(window: FloatingWindow): DecorationMode {
  const { decoration } = window.info;
  return decoration === 'server' || decoration === 'any' ? 'server' : 'client';
}

export function hasTitleBar(window: FloatingWindow): boolean {
  return decorationOf(window) === 'server' && window.mode !== 'fullscreen';
}

/** The frame around what the client drew, with the geometry's corner at `at`. */
export function frameAt(window: FloatingWindow, at: Point): Rect {
  return frameOf(at, window.actual, hasTitleBar(window));
}

/** The frame that a floating window is to have with its geometry's corner at `at`. */
export function floatingFrameAt(window: FloatingWindow, at: Point): Rect {
  return frameOf(at, window.size ?? window.actual, hasTitleBar(window));
}

/** The geometry that fills a frame. */
export function geometryIn(window: FloatingWindow, frame: Rect): Rect {
  const top = hasTitleBar(window) ? Math.min(TITLE_BAR_HEIGHT, frame.height - 1) : 0;
  return { ...frame, y: frame.y + top, height: frame.height - top };
}

/**
 * Takes note of what the client drew. Once a size was proposed to a floating window, the client's own later choice
 * replaces it, so that the next configure does not undo it.
 */
export function noteActual(window: FloatingWindow, size: Size, settled: boolean): void {
  window.actual = size;
  if (settled && window.mode === 'floating') {
    if (window.size) window.size = size;
    noteChoice(window, size);
  }
  if (!window.anchor) return;
  window.at = anchoredCorner(window.anchor, size);
  if (settled && !window.isHeld) window.anchor = null;
}

/** The first size after a window was made to fit is the answer to that; another one after it, the client's choice. */
function noteChoice(window: FloatingWindow, size: Size): void {
  if (!window.squeeze) return;
  window.squeeze.drawn ??= size;
  if (sameSize(window.squeeze.drawn, size)) return;
  window.squeeze = null;
  window.refit = null;
}

/** Sets the size that the window has while floating, from here on. */
export function setFloatingSize(window: FloatingWindow, size: Size): void {
  window.size = limitSize(size, window.info.minSize, window.info.maxSize);
}

export function setMode(window: FloatingWindow, mode: Mode): void {
  if (window.mode === mode) return;
  if (window.mode === 'floating' && window.mapped && !window.size) {
    setFloatingSize(window, window.actual);
  }
  window.anchor = null;
  if (mode === 'fullscreen') window.modeBelow = window.mode;
  window.mode = mode;
}
