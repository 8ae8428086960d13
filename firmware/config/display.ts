import {
  type Check,
  decimal,
  expected,
  flag,
  KeyError,
  knownKeys,
  listOf,
  table,
  text,
  whole,
} from './checks.ts';

/** What terminal.toml says of one monitor; null where it leaves that to the monitor. */
export interface MonitorConfig {
  /** Connector, or maker and model as `wrclient` logs them. */
  readonly match: string;
  readonly enabled: boolean;
  readonly mode: WantedMode | null;
  readonly scale: number | null;
  /** How far the monitor stands turned clockwise, in degrees. */
  readonly rotate: 0 | 90 | 180 | 270;
  /** Another monitor, named as in `match`; or a place in logical pixels. */
  readonly place: { readonly rightOf: string } | { readonly x: number; readonly y: number } | null;
}

export interface WantedMode {
  readonly width: number;
  readonly height: number;
  /** null: the fastest */
  readonly refreshHz: number | null;
}

/** What the section [display] of terminal.toml says. */
export interface DisplayConfig {
  /** Minutes without input until the monitors go off while pages are shown; 0: never. */
  readonly offAfterMinutes: number;
  /** The same while a session is shown. */
  readonly offInSessionMinutes: number;
  /** In the order of the file; the first that is there is the primary monitor. */
  readonly monitors: readonly MonitorConfig[];
}

export const DISPLAY_DEFAULTS: DisplayConfig = {
  offAfterMinutes: 10,
  offInSessionMinutes: 0,
  monitors: [],
};

const KEYS = ['off-after-minutes', 'off-in-session-minutes', 'output'] as const;
const OUTPUT_KEYS = ['match', 'enabled', 'mode', 'scale', 'rotate', 'right-of', 'x', 'y'] as const;
const OUTPUTS_MAX = 16;
const MINUTES_MAX = 24 * 60;
const PLACE_MAX = 65_535;
const TURNS = [0, 90, 180, 270] as const;
const monitorName = text(64, /^[\x20-\x7e]{1,64}$/, 'a connector, e.g. "HDMI-A-1", or a monitor');

/** @throws KeyError naming the key. @param where the section's name */
export function parseDisplay(value: unknown, where: string): DisplayConfig {
  const section = table(value, where);
  knownKeys(section, KEYS, `${where}.`);
  const take = taker<(typeof KEYS)[number]>(section, where);
  const { offAfterMinutes, offInSessionMinutes } = DISPLAY_DEFAULTS;
  return {
    offAfterMinutes: take('off-after-minutes', whole(0, MINUTES_MAX), offAfterMinutes),
    offInSessionMinutes: take('off-in-session-minutes', whole(0, MINUTES_MAX), offInSessionMinutes),
    monitors: take('output', listOf(monitor, OUTPUTS_MAX), []),
  };
}

const monitor: Check<MonitorConfig> = (value, where) => {
  const found = table(value, where);
  knownKeys(found, OUTPUT_KEYS, `${where}.`);
  const take = taker<(typeof OUTPUT_KEYS)[number]>(found, where);
  return {
    match: monitorName(found['match'], `${where}.match`),
    enabled: take('enabled', flag, true),
    mode: take<WantedMode | null>('mode', mode, null),
    scale: take<number | null>('scale', decimal(0.5, 4), null),
    rotate: take('rotate', turn, 0),
    place: placeOf(take, where),
  };
};

type Take<Key extends string> = <T>(key: Key, check: Check<T>, otherwise: T) => T;

const taker =
  <Key extends string>(found: Readonly<Record<string, unknown>>, where: string): Take<Key> =>
  (key, check, otherwise) =>
    found[key] === undefined ? otherwise : check(found[key], `${where}.${key}`);

const turn: Check<0 | 90 | 180 | 270> = (value, key) => {
  const found = TURNS.find((each) => each === value);
  if (found === undefined) throw expected(key, '0, 90, 180 or 270');
  return found;
};

/** As 1920x1080 or 1920x1080@59.94. */
const mode: Check<WantedMode> = (value, key) => {
  const match = /^(\d{2,5})x(\d{2,5})(?:@(\d{1,3}(?:\.\d{1,3})?))?$/.exec(
    typeof value === 'string' ? value : '',
  );
  if (!match) throw expected(key, '"WIDTHxHEIGHT" or "WIDTHxHEIGHT@HZ", e.g. "1920x1080@60"');
  const [, width, height, hz] = match;
  return {
    width: Number(width),
    height: Number(height),
    refreshHz: hz === undefined ? null : Number(hz),
  };
};

function placeOf(take: Take<(typeof OUTPUT_KEYS)[number]>, where: string): MonitorConfig['place'] {
  const coordinate = whole(-PLACE_MAX, PLACE_MAX);
  const rightOf = take<string | null>('right-of', monitorName, null);
  const x = take<number | null>('x', coordinate, null);
  const y = take<number | null>('y', coordinate, null);
  if (rightOf !== null && (x !== null || y !== null))
    throw new KeyError(`${where}: expected either right-of or x and y`);
  if ((x === null) !== (y === null)) throw new KeyError(`${where}: expected both x and y`);
  if (rightOf !== null) return { rightOf };
  return x === null || y === null ? null : { x, y };
}
