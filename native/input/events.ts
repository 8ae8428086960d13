/** As enum wr_input_ability, lowest bit first. */
const ABILITIES = ['keyboard', 'pointer', 'touch', 'tablet', 'gesture', 'switch'] as const;
export type Ability = (typeof ABILITIES)[number];

export function abilitiesOf(bits: number): Ability[] {
  return ABILITIES.filter((_, index) => bits & (1 << index));
}

export interface InputDevice {
  /** Never used again. */
  readonly id: number;
  readonly name: string;
  /** e.g. `event3` */
  readonly node: string;
  /** The connector of the screen that it belongs to, null when nobody said. */
  readonly output: string | null;
  readonly vendor: number;
  readonly product: number;
  readonly abilities: readonly Ability[];
}

export type ScrollSource = 'wheel' | 'finger' | 'continuous';
const SOURCES: readonly ScrollSource[] = ['wheel', 'finger', 'continuous'];
const SCROLL = { vertical: 1, horizontal: 2, inverted: 4 } as const;

/** Movement along one axis: degrees of a wheel, else as a pointer would move. 0 of fingers: they were lifted. */
export interface ScrollAxis {
  readonly value: number;
  /** 1/120 of a notch of a wheel; 0 for what is none. */
  readonly v120: number;
}

const GESTURES = ['none', 'swipe', 'pinch', 'hold'] as const;
const PHASES = ['begin', 'update', 'end', 'cancelled'] as const;

interface Stamp {
  /** An InputDevice's id. */
  readonly device: number;
  /** CLOCK_MONOTONIC */
  readonly timeUs: number;
}

/** 0 to 1 of what the device covers. */
interface Place extends Stamp {
  readonly x: number;
  readonly y: number;
}

interface Pressing extends Stamp {
  /** evdev KEY_ or BTN_ code */
  readonly code: number;
  readonly pressed: boolean;
}

export type InputEvent =
  | { readonly type: 'added'; readonly device: InputDevice }
  /** Keys that were down have been let go before. */
  | { readonly type: 'removed'; readonly device: number }
  /** Another virtual terminal has the seat, or this program has it again. */
  | { readonly type: 'seat'; readonly active: boolean }
  | (Pressing & { readonly type: 'key' | 'button' | 'pen-button' })
  | (Stamp & {
      readonly type: 'motion';
      /** Accelerated. */
      readonly dx: number;
      readonly dy: number;
      readonly dxRaw: number;
      readonly dyRaw: number;
    })
  | (Place & { readonly type: 'place' | 'pen-place' })
  | (Stamp & {
      readonly type: 'scroll';
      readonly source: ScrollSource;
      /** null: this axis is not concerned. */
      readonly vertical: ScrollAxis | null;
      readonly horizontal: ScrollAxis | null;
      /** Natural scrolling. */
      readonly inverted: boolean;
    })
  | (Place & { readonly type: 'touch-down' | 'touch-motion'; readonly slot: number })
  | (Stamp & { readonly type: 'touch-up' | 'touch-cancel'; readonly slot: number })
  | (Stamp & { readonly type: 'touch-frame' })
  /** The pen came near enough to be seen, or went away; down: its tip touches. */
  | (Place & { readonly type: 'pen-near'; readonly near: boolean })
  | (Place & { readonly type: 'pen-tip'; readonly down: boolean })
  | (Stamp & {
      readonly type: 'gesture';
      readonly gesture: (typeof GESTURES)[number];
      readonly phase: (typeof PHASES)[number];
      readonly fingers: number;
      readonly dx: number;
      readonly dy: number;
      /** Of a pinch, 1 at its beginning. */
      readonly scale: number;
      /** Degrees clockwise since the event before. */
      readonly turned: number;
    })
  | (Stamp & {
      readonly type: 'switch';
      readonly which: 'lid' | 'tablet-mode';
      readonly on: boolean;
    });

/** Numbers of a record, as in queue.h. */
interface Fields {
  readonly device: number;
  readonly timeUs: number;
  readonly code: number;
  readonly state: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** By enum wr_input_kind; 1 and 2, devices, are index.ts's. */
const MAKERS: Readonly<Record<number, (fields: Fields) => InputEvent>> = {
  3: ({ state }) => ({ type: 'seat', active: state !== 0 }),
  4: (fields) => ({ type: 'key', ...pressing(fields) }),
  5: ({ a, b, c, d, ...fields }) => ({
    type: 'motion',
    ...stamp(fields),
    dx: a,
    dy: b,
    dxRaw: c,
    dyRaw: d,
  }),
  6: (fields) => ({ type: 'place', ...place(fields) }),
  7: (fields) => ({ type: 'button', ...pressing(fields) }),
  8: scroll,
  9: (fields) => ({ type: 'touch-down', ...place(fields), slot: fields.code }),
  10: (fields) => ({ type: 'touch-motion', ...place(fields), slot: fields.code }),
  11: (fields) => ({ type: 'touch-up', ...stamp(fields), slot: fields.code }),
  12: (fields) => ({ type: 'touch-cancel', ...stamp(fields), slot: fields.code }),
  13: (fields) => ({ type: 'touch-frame', ...stamp(fields) }),
  14: (fields) => ({ type: 'pen-place', ...place(fields) }),
  15: (fields) => ({ type: 'pen-near', ...place(fields), near: fields.state !== 0 }),
  16: (fields) => ({ type: 'pen-tip', ...place(fields), down: fields.state !== 0 }),
  17: (fields) => ({ type: 'pen-button', ...pressing(fields) }),
  18: gesture,
  19: (fields) => ({
    type: 'switch',
    ...stamp(fields),
    which: fields.code === 1 ? 'lid' : 'tablet-mode',
    on: fields.state !== 0,
  }),
};

/** @returns null for a kind that is not known @param at where the record begins */
export function eventOf(records: Float64Array, at: number): InputEvent | null {
  const number = (index: number): number => records[at + index] ?? 0;
  const fields: Fields = {
    device: number(1),
    timeUs: number(2),
    code: number(3),
    state: number(4),
    a: number(5),
    b: number(6),
    c: number(7),
    d: number(8),
  };
  return MAKERS[number(0)]?.(fields) ?? null;
}

function stamp({ device, timeUs }: { device: number; timeUs: number }): Stamp {
  return { device, timeUs };
}

function place({ device, timeUs, a, b }: Fields): Place {
  return { device, timeUs, x: a, y: b };
}

function pressing({ device, timeUs, code, state }: Fields): Pressing {
  return { device, timeUs, code, pressed: state !== 0 };
}

function scroll(fields: Fields): InputEvent {
  const { code, state, a, b, c, d } = fields;
  return {
    type: 'scroll',
    ...stamp(fields),
    source: SOURCES[code] ?? 'wheel',
    vertical: state & SCROLL.vertical ? { value: a, v120: c } : null,
    horizontal: state & SCROLL.horizontal ? { value: b, v120: d } : null,
    inverted: (state & SCROLL.inverted) !== 0,
  };
}

function gesture(fields: Fields): InputEvent {
  const { code, state, a, b, c, d } = fields;
  return {
    type: 'gesture',
    ...stamp(fields),
    gesture: GESTURES[code >> 4] ?? 'none',
    phase: PHASES[state] ?? 'cancelled',
    fingers: code & 15,
    dx: a,
    dy: b,
    scale: c,
    turned: d,
  };
}
