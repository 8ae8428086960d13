import type { Rect } from '../region/rect.ts';
import { isTransform, swapsAxes } from '../region/transform.ts';

/** One screen as a terminal describes it. */
export interface OutputConfig {
  /** Stable while the screen is connected. */
  readonly id: number;
  readonly name: string;
  readonly make: string;
  readonly model: string;
  /** Size of the picture that is sent, before the transform turns it upright. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** 0 when unknown. */
  readonly widthMm: number;
  readonly heightMm: number;
  /** 120 is scale 1. */
  readonly scale120: number;
  readonly refreshMhz: number;
  /** Place in the global space, logical pixels. */
  readonly x: number;
  readonly y: number;
  /** wl_output.transform. */
  readonly transform: number;
}

const MAX_SIDE_PX = 16_384;
const MIN_SCALE120 = 60;
const MAX_SCALE120 = 1_200;
const MAX_COORDINATE = 1 << 20;
const DEFAULT_REFRESH_MHZ = 60_000;

/** Checks what came off the wire. @throws RangeError naming the field */
export function checkOutputConfig(config: OutputConfig): void {
  const check = (field: keyof OutputConfig, low: number, high: number) => {
    const value = config[field] as number;
    if (!Number.isInteger(value) || value < low || value > high)
      throw new RangeError(`output ${config.id}: ${field} ${value} is not within ${low}..${high}`);
  };
  check('widthPx', 1, MAX_SIDE_PX);
  check('heightPx', 1, MAX_SIDE_PX);
  check('widthMm', 0, MAX_COORDINATE);
  check('heightMm', 0, MAX_COORDINATE);
  check('scale120', MIN_SCALE120, MAX_SCALE120);
  check('refreshMhz', 0, 1_000_000);
  check('x', -MAX_COORDINATE, MAX_COORDINATE);
  check('y', -MAX_COORDINATE, MAX_COORDINATE);
  if (!isTransform(config.transform))
    throw new RangeError(`output ${config.id}: transform ${config.transform} is not within 0..7`);
}

/** The part of the global space that the output shows, whole logical pixels. */
export function logicalRect(config: OutputConfig): Rect {
  const swap = swapsAxes(config.transform);
  const scale = config.scale120 / 120;
  return {
    x: config.x,
    y: config.y,
    width: Math.max(1, Math.round((swap ? config.heightPx : config.widthPx) / scale)),
    height: Math.max(1, Math.round((swap ? config.widthPx : config.heightPx) / scale)),
  };
}

export function refreshOrDefault(config: OutputConfig): number {
  return config.refreshMhz > 0 ? config.refreshMhz : DEFAULT_REFRESH_MHZ;
}

export function equalConfigs(a: OutputConfig, b: OutputConfig): boolean {
  return (Object.keys(a) as (keyof OutputConfig)[]).every((key) => a[key] === b[key]);
}
