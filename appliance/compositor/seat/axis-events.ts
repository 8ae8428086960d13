import type { WheelClicks } from './wheel.ts';

export type AxisName = 'vertical' | 'horizontal';
export type AxisSource = 'wheel' | 'finger' | 'continuous' | 'wheel-tilt';

/** A scroll movement from the terminal. */
export interface AxisInput {
  axis: AxisName;
  /** Length in logical pixels, positive is down or right. */
  value: number;
  /** Wheel movement in 1/120 of a click; 0 for what is no wheel. */
  v120: number;
  source: AxisSource;
  /** The finger left the touchpad: the end of a kinetic movement. */
  stop?: boolean;
  /** The device scrolls opposite to the finger's movement ("natural scrolling"). */
  inverted?: boolean;
}

/** The part of wl_pointer that carries scrolling. */
export interface AxisSink {
  readonly version: number;
  sendAxis(timeMs: number, axis: number, value: number): void;
  sendAxisSource(source: number): void;
  sendAxisStop(timeMs: number, axis: number): void;
  sendAxisDiscrete(axis: number, discrete: number): void;
  sendAxisValue120(axis: number, value120: number): void;
  sendAxisRelativeDirection(axis: number, direction: number): void;
}

const axisNumber = { vertical: 0, horizontal: 1 } as const;
const sourceNumber = { wheel: 0, finger: 1, continuous: 2, 'wheel-tilt': 3 } as const;

/**
 * Sends one movement as the resource's version can take it.
 * @param clicks whole clicks completed by this movement, for versions that do not know axis_value120
 * @param newFrame whether the source was not told in this frame yet
 */
export function sendAxisEvents(
  sink: AxisSink,
  timeMs: number,
  input: AxisInput,
  clicks: WheelClicks | null,
  newFrame: boolean,
): void {
  const axis = axisNumber[input.axis];
  const { version } = sink;
  const lowResolution = input.v120 !== 0 && version < 8;
  if (lowResolution && !clicks && !input.stop) return;
  if (newFrame) sendSource(sink, input.source);
  if (version >= 9) sink.sendAxisRelativeDirection(axis, input.inverted ? 1 : 0);
  if (input.stop && input.value === 0) {
    if (version >= 5) sink.sendAxisStop(timeMs, axis);
    return;
  }
  if (version >= 8 && input.v120 !== 0) sink.sendAxisValue120(axis, input.v120);
  if (lowResolution && clicks && version >= 5) sink.sendAxisDiscrete(axis, clicks.discrete);
  sink.sendAxis(timeMs, axis, lowResolution && clicks ? clicks.value : input.value);
  if (input.stop && version >= 5) sink.sendAxisStop(timeMs, axis);
}

function sendSource(sink: AxisSink, source: AxisSource): void {
  if (sink.version < 5) return;
  const tiltUnknown = source === 'wheel-tilt' && sink.version < 6;
  sink.sendAxisSource(sourceNumber[tiltUnknown ? 'wheel' : source]);
}
