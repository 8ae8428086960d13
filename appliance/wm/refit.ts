import { decorationOf, type FloatingWindow, setFloatingSize, setMode } from './floating-window.ts';
import { type Point, type Rect, type Size, sameSize } from './geometry.ts';
import type { WindowPlace } from './monitor-layouts.ts';
import { carriedOver } from './placement.ts';
import type { OutputId } from './policy.ts';
import { frameOf, TITLE_BAR_HEIGHT } from './title-bar-layout.ts';

/**
 * Carries a window's floating place from one usable area to another. It is made from where the user last had the
 * window, not from where the last change put it: terminals of many sizes in a row neither shift nor shrink it.
 */
export function refit(window: FloatingWindow, from: Rect, to: Rect): void {
  if (!window.at) return;
  const isUntouched = window.refit && samePoint(window.refit.at, window.at);
  const size = window.size ?? window.actual;
  const original =
    isUntouched && window.refit ? window.refit.original : { at: window.at, size, usable: from };
  const hasTitleBar = decorationOf(window) === 'server';
  const bar = hasTitleBar ? TITLE_BAR_HEIGHT : 0;
  const fitting = squeeze(window, to);
  const frame = frameOf(original.at, original.size, hasTitleBar);
  const outer = { width: fitting.width, height: fitting.height + bar };
  const corner = carriedOver(frame, original.usable, outer, to);
  window.at = { x: corner.x, y: corner.y + bar };
  window.refit = { original, at: window.at };
}

/**
 * Gives a window the size that it was chosen to have, or as much of it as fits a usable area.
 * @returns the size of its geometry, before the client's limits
 */
export function squeeze(window: FloatingWindow, usable: Rect): Size {
  const size = window.size ?? window.actual;
  const own = window.squeeze?.own ?? size;
  const bar = decorationOf(window) === 'server' ? TITLE_BAR_HEIGHT : 0;
  const fitting = fitted(own, { width: usable.width, height: usable.height - bar });
  if (!sameSize(fitting, size)) setFloatingSize(window, fitting);
  window.squeeze = sameSize(fitting, own) ? null : { own, drawn: null };
  return fitting;
}

/** Puts a window back where it was on these monitors; false where the user holds it. */
export function restore(
  window: FloatingWindow,
  { at, size, own, mode, usable }: WindowPlace,
  output: OutputId | null,
): boolean {
  if (window.isHeld) return false;
  if (window.mode === 'fullscreen') window.modeBelow = mode;
  else setMode(window, mode);
  window.output = output;
  window.anchor = null;
  window.at = at;
  if (!sameSize(window.size ?? window.actual, size)) setFloatingSize(window, size);
  window.squeeze = sameSize(size, own) ? null : { own, drawn: null };
  // Panels may take their part of the monitor a moment later.
  window.refit = { original: { at, size, usable }, at };
  return true;
}

function fitted(size: Size, room: Size): Size {
  return {
    width: Math.max(1, Math.min(size.width, room.width)),
    height: Math.max(1, Math.min(size.height, room.height)),
  };
}

function samePoint(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}
