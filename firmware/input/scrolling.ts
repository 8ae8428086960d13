import type { ScrollAxis, ScrollSource } from '../../native/input/index.ts';
import type { Input } from './input-sender.ts';

/** PointerAxisSource and PointerAxisName of protocol/schema/input.ts. */
const SOURCES: Readonly<Record<ScrollSource, number>> = { wheel: 0, finger: 1, continuous: 2 };
const AXES = { vertical: 0, horizontal: 1 } as const;
/** A notch of a wheel is 15 units of wl_pointer.axis, however many degrees it has. */
const AXIS_UNITS = 15;
const NOTCH = 120;
/** A flood that was merged may be more than the wire has room for. */
const FAR = 100_000;

export interface Scrolling {
  readonly source: ScrollSource;
  readonly vertical: ScrollAxis | null;
  readonly horizontal: ScrollAxis | null;
  readonly inverted: boolean;
}

/** A scrolling as the session is told of it, without the frame. */
export function scrollInputs({ source, vertical, horizontal, inverted }: Scrolling): Input[] {
  return [
    ...axisInputs(AXES.vertical, vertical, source, inverted),
    ...axisInputs(AXES.horizontal, horizontal, source, inverted),
  ];
}

function axisInputs(
  axis: number,
  moved: ScrollAxis | null,
  source: ScrollSource,
  inverted: boolean,
): Input[] {
  if (!moved) return [];
  const v120 = source === 'wheel' ? bounded(Math.round(moved.v120)) : 0;
  const units = v120 === 0 ? moved.value : (v120 / NOTCH) * AXIS_UNITS;
  const value = Math.round(bounded(units) * 256);
  const stop = source !== 'wheel' && moved.value === 0;
  if (value === 0 && v120 === 0 && !stop) return [];
  return [{ type: 'PointerAxis', axis, value, v120, source: SOURCES[source], stop, inverted }];
}

function bounded(value: number): number {
  return Number.isFinite(value) ? Math.max(-FAR, Math.min(FAR, value)) : 0;
}
