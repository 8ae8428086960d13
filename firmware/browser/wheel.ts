import { PointerAxisName, PointerAxisSource } from '../../protocol/generated/input.ts';
import type { Input } from '../input/input-sender.ts';

/** What is used of a WheelEvent. */
export interface WheelTurn {
  readonly deltaMode: number;
  readonly deltaX: number;
  readonly deltaY: number;
  /** Not in the standard, but in every browser: 120 per notch, up is positive. */
  readonly wheelDeltaX?: number;
  readonly wheelDeltaY?: number;
}

const NOTCH_V120 = 120;
/** A notch in units of wl_pointer.axis. */
const NOTCH_UNITS = 15;
const LINES_PER_NOTCH = 3;
const LINE_MODE = 1;
const PAGE_MODE = 2;
/** Browsers report touchpads with exactly this many wheel units per pixel. */
const TOUCHPAD_RATIO = -3;

/** A browser's wheel event in the session's terms: notches of a wheel, or the smooth movement of a touchpad. */
export function wheelInputs(turn: WheelTurn): Input[] {
  const moves = [
    axisInput(PointerAxisName.vertical, turn, turn.deltaY, turn.wheelDeltaY),
    axisInput(PointerAxisName.horizontal, turn, turn.deltaX, turn.wheelDeltaX),
  ].filter((input) => input !== null);
  return moves.length === 0 ? [] : [...moves, { type: 'PointerFrame' }];
}

function axisInput(
  axis: number,
  { deltaMode }: WheelTurn,
  delta: number,
  wheelDelta: number | undefined,
): Input | null {
  if (!Number.isFinite(delta) || delta === 0) return null;
  if (deltaMode === LINE_MODE) return wheel(axis, (delta / LINES_PER_NOTCH) * NOTCH_V120);
  if (deltaMode === PAGE_MODE) return wheel(axis, Math.sign(delta) * NOTCH_V120);
  const isWheel = wheelDelta !== undefined && wheelDelta !== 0 && !isTouchpad(delta, wheelDelta);
  return isWheel ? wheel(axis, -wheelDelta) : smooth(axis, delta);
}

/** A wheel's notches come in multiples of 120 whatever the page's zoom makes of the pixels. */
function isTouchpad(delta: number, wheelDelta: number): boolean {
  return wheelDelta % NOTCH_V120 !== 0 && Math.abs(wheelDelta - TOUCHPAD_RATIO * delta) < 1;
}

const wheel = (axis: number, v120: number): Input =>
  scroll(axis, (v120 / NOTCH_V120) * NOTCH_UNITS, Math.round(v120), PointerAxisSource.wheel);

const smooth = (axis: number, pixels: number): Input =>
  scroll(axis, pixels, 0, PointerAxisSource.continuous);

function scroll(axis: number, units: number, v120: number, source: number): Input {
  const value = Math.round(Math.max(-10_000, Math.min(10_000, units)) * 256);
  return { type: 'PointerAxis', axis, value, v120, source, stop: false, inverted: false };
}
