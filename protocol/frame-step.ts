import { Reader } from './codec/reader.ts';
import { putVarint, putZigzag } from './codec/write.ts';
import { ProtocolError } from './errors.ts';
import { type FrameUpdate, FRAME_UPDATE_REGIONS_STRIDE as STRIDE } from './generated/display.ts';
import { FRAME_BITS, FRAME_MASK, ReadState, StepState, stateOf } from './step-state.ts';

/** A unit whose first byte is below this is a step: the head of no FrameUpdate is so short. */
const STEP_FIRST_BYTES = 12;
const COMPRESSED = 1;
const RELAXED = 2;
const INPUT = 4;
/** Without a payload and an input: the rows go on to the end, and are not counted. */
const BARE = 8;
const MAX_ROWS = 32;
/** More rows, or wider numbers, are no small frame. */
const MAX_STEP_HEAD_BYTES = 768;
const SOLID = 0;
const COPY = 1;
const TINTED = 4;
/** In a step, where no video is: pixels whose payload is fine. */
const FINE = 5;
const PIXELS = 2;
const VIDEO = 5;
/** With a frame's number beside it: what a terminal numbered higher would be another output. */
const MAX_OUTPUT = (1 << (31 - FRAME_BITS)) - 1;
const MAX_PX = 32_767;
const MAX_CELL = 0xffffff;

/** A frame that came as a step. */
export interface Step {
  readonly header: FrameUpdate;
  readonly payload: Uint8Array;
  /** Its acknowledgement may wait until something else is said to the session. */
  readonly relaxed: boolean;
}

/** Whether a unit is a step rather than a frame with a whole head. */
export const isStep = (unit: Uint8Array): boolean =>
  unit.length > 0 && (unit[0] as number) < STEP_FIRST_BYTES;

/** What a broker has to know of a step; throws ProtocolError. */
export function viewOfStep(unit: Uint8Array): number {
  const reader = new Reader();
  reader.start(unit);
  reader.u8(WHERE);
  return reader.uint(WHERE);
}

/** Writes the small frames of one view in few bytes: what the frames before have said already is left out. */
export class StepWriter {
  readonly #outputs = new Map<number, StepState>();
  readonly #bytes = new Uint8Array(MAX_STEP_HEAD_BYTES + 64);

  /** A frame left with a whole head. */
  whole(header: FrameUpdate): void {
    stateOf(this.#outputs, header.output, () => new StepState()).whole(header);
  }

  /** Whether the frame can be a step. */
  fits(header: FrameUpdate): boolean {
    const { key, lossy, videos, regions, frame, widthPx, heightPx } = header;
    const before = this.#outputs.get(header.output);
    return (
      before !== undefined &&
      header.output <= MAX_OUTPUT &&
      !(key || lossy || videos.length > 0 || regions.length > MAX_ROWS * STRIDE) &&
      frame === before.frame + 1 &&
      widthPx === before.widthPx &&
      heightPx === before.heightPx &&
      header.inputSequence >= before.input &&
      !hasVideo(regions)
    );
  }

  /**
   * The head of a frame that fits. It must be sent, and arrive after all steps and the whole frames of its output before it;
   * whole frames that are sent after it may overtake it.
   * @param relaxed the session does not wait for its acknowledgement
   */
  head(header: FrameUpdate, relaxed: boolean): Uint8Array {
    const state = this.#outputs.get(header.output) as StepState;
    const out = this.#bytes;
    const { output, frame, view, regions, checksum } = header;
    const ahead = header.inputSequence - state.input;
    const bare = ahead === 0 && !header.payloadCompressed && !hasPayload(regions);
    out[0] =
      (header.payloadCompressed ? COMPRESSED : 0) |
      (relaxed ? RELAXED : 0) |
      (ahead > 0 ? INPUT : 0) |
      (bare ? BARE : 0);
    let at = putVarint(out, 1, view);
    at = putVarint(out, at, (output << FRAME_BITS) | (frame & FRAME_MASK));
    if (ahead > 0) at = putVarint(out, at, ahead);
    for (let shift = 0; shift < 32; shift += 8) out[at++] = checksum >>> shift;
    if (!bare) at = putVarint(out, at, regions.length / STRIDE);
    const { payloadFine } = header;
    for (let i = 0; i < regions.length; i += STRIDE)
      at = writeRow(state, out, at, regions, i, payloadFine);
    state.frame = frame;
    state.input = header.inputSequence;
    return out.slice(0, at);
  }
}

/** Reads what a StepWriter wrote. */
export class StepReader {
  readonly #reader = new Reader();
  readonly #outputs = new Map<number, ReadState>();
  #view = 0;

  /** Of which there are steps. */
  get view(): number {
    return this.#view;
  }

  /** Outputs that only a frame with `key` helps. */
  get broken(): number[] {
    return [...this.#outputs].filter(([, state]) => state.isBroken).map(([output]) => output);
  }

  /** A frame with a whole head came, as others of its output did in their order. One of a later view ends what was known of the view before. */
  whole(header: FrameUpdate): void {
    if (header.view < this.#view) return;
    if (header.view > this.#view) this.#outputs.clear();
    this.#view = header.view;
    let isFirst = false;
    const state = stateOf(this.#outputs, header.output, () => {
      isFirst = true;
      return new ReadState();
    });
    state.arrived(header, isFirst);
  }

  /**
   * @returns null for a step of a view that is over, and for those of an output that come after one that could not be read
   * @throws ProtocolError; its output is among the broken ones then, if it is known
   */
  read(unit: Uint8Array): Step | null {
    const reader = this.#reader;
    reader.start(unit);
    try {
      const flags = reader.u8(WHERE);
      const view = reader.uint(WHERE);
      if (view < this.#view) return null;
      if (view > this.#view) throw malformed('of a view without a frame');
      const place = reader.uint(WHERE);
      const state = this.#outputs.get(place >>> FRAME_BITS);
      if (!state) throw malformed('of an output without a frame');
      if (state.isBroken) return null;
      state.isBroken = true;
      const header = readHeader(state, reader, flags, place);
      state.isBroken = false;
      const payload = unit.subarray(reader.at);
      return { header: { ...header, view }, payload, relaxed: (flags & RELAXED) !== 0 };
    } finally {
      reader.finish();
    }
  }
}

function readHeader(state: ReadState, reader: Reader, flags: number, place: number) {
  const frame = state.next(place & FRAME_MASK);
  if (frame === null) throw malformed('a frame is missing');
  const { widthPx, heightPx } = state;
  const inputSequence = (flags & INPUT) === 0 ? state.input : state.input + reader.uint(WHERE);
  state.input = inputSequence >>> 0;
  const checksum = reader.u32(WHERE);
  const bare = (flags & BARE) !== 0;
  if (bare && (flags & (COMPRESSED | INPUT)) !== 0)
    throw malformed('flags that exclude each other');
  const { rows: regions, payloadFine } = bare
    ? readAllRows(state, reader)
    : readRows(state, reader);
  state.stepped(frame);
  return {
    type: 'FrameUpdate' as const,
    frame,
    output: place >>> FRAME_BITS,
    key: false,
    payloadCompressed: (flags & COMPRESSED) !== 0,
    lossy: false,
    payloadFine,
    inputSequence: inputSequence >>> 0,
    widthPx,
    heightPx,
    checksum,
    regions,
    videos: [],
  };
}

/** A row begins with its encoding in the low three bits, and above them the number of its place, or 0: a new place follows. */
function writeRow(
  state: StepState,
  out: Uint8Array,
  from: number,
  rows: Int32Array,
  i: number,
  fine: boolean,
): number {
  const encoding = rows[i] as number;
  const known = state.places.find(rows, i + 1);
  const code = fine && encoding === PIXELS ? FINE : encoding;
  let at = putVarint(out, from, (known << 3) | code);
  const x = rows[i + 1] as number;
  const y = rows[i + 2] as number;
  if (known === 0) {
    at = putZigzag(out, at, x - state.places.latest(0));
    at = putZigzag(out, at, y - state.places.latest(1));
    at = putVarint(out, at, rows[i + 3] as number);
    at = putVarint(out, at, rows[i + 4] as number);
    state.places.add(rows, i + 1);
  }
  if (encoding === SOLID || encoding === TINTED) at = writeColour(state, out, at, rows, i + 5);
  if (encoding === TINTED) return writeColour(state, out, at, rows, i + 6);
  if (encoding === COPY) {
    at = putZigzag(out, at, (rows[i + 5] as number) - x);
    return putZigzag(out, at, (rows[i + 6] as number) - y);
  }
  return encoding > VIDEO ? putVarint(out, at, rows[i + 5] as number) : at;
}

function writeColour(state: StepState, out: Uint8Array, at: number, rows: Int32Array, i: number) {
  const known = state.colours.find(rows, i);
  out[at] = known;
  if (known > 0) return at + 1;
  const colour = rows[i] as number;
  for (let byte = 0; byte < 3; byte++) out[at + 1 + byte] = colour >>> (8 * byte);
  state.colours.add(rows, i);
  return at + 4;
}

function readRows(state: StepState, reader: Reader): { rows: Int32Array; payloadFine: boolean } {
  const count = reader.count(MAX_ROWS, 1, WHERE);
  const rows = new Int32Array(count * STRIDE);
  let payloadFine = false;
  for (let i = 0; i < rows.length; i += STRIDE)
    payloadFine = readRow(state, reader, rows, i) || payloadFine;
  return { rows, payloadFine };
}

/** Up to the end. */
function readAllRows(state: StepState, reader: Reader): { rows: Int32Array; payloadFine: false } {
  const rows = new Int32Array(MAX_ROWS * STRIDE);
  let length = 0;
  for (; reader.at < reader.end; length += STRIDE) {
    if (length === rows.length) throw malformed('too many rows');
    readRow(state, reader, rows, length);
  }
  const read = rows.slice(0, length);
  if (hasPayload(read)) throw malformed('pixels without a payload');
  return { rows: read, payloadFine: false };
}

/** @returns whether its payload is fine */
function readRow(state: StepState, reader: Reader, rows: Int32Array, i: number): boolean {
  const head = reader.uint(WHERE);
  const isFine = (head & 7) === FINE;
  const encoding = isFine ? PIXELS : head & 7;
  rows[i] = encoding;
  if (head >>> 3 === 0) readPlace(state, reader, rows, i + 1);
  else if (!state.places.get(head >>> 3, rows, i + 1)) throw malformed('an unknown place');
  if (encoding === SOLID || encoding === TINTED) readColour(state, reader, rows, i + 5);
  if (encoding === TINTED) readColour(state, reader, rows, i + 6);
  if (encoding === COPY) {
    rows[i + 5] = limited((rows[i + 1] as number) + reader.int(WHERE), MAX_CELL);
    rows[i + 6] = limited((rows[i + 2] as number) + reader.int(WHERE), MAX_CELL);
  }
  if (encoding > VIDEO) rows[i + 5] = limited(reader.uint(WHERE), MAX_CELL);
  return isFine;
}

function readPlace(state: StepState, reader: Reader, rows: Int32Array, i: number): void {
  rows[i] = limited(state.places.latest(0) + reader.int(WHERE), MAX_PX);
  rows[i + 1] = limited(state.places.latest(1) + reader.int(WHERE), MAX_PX);
  rows[i + 2] = limited(reader.uint(WHERE), MAX_PX);
  rows[i + 3] = limited(reader.uint(WHERE), MAX_PX);
  state.places.add(rows, i);
}

function readColour(state: StepState, reader: Reader, rows: Int32Array, i: number): void {
  const known = reader.u8(WHERE);
  if (known > 0) {
    if (!state.colours.get(known, rows, i)) throw malformed('an unknown colour');
    return;
  }
  rows[i] = reader.u24(WHERE);
  state.colours.add(rows, i);
}

function hasPayload(rows: Int32Array): boolean {
  for (let i = 0; i < rows.length; i += STRIDE) {
    const encoding = rows[i] as number;
    if (encoding >= PIXELS && encoding <= TINTED) return true;
  }
  return false;
}

/** Video has no pictures in a step. */
function hasVideo(rows: Int32Array): boolean {
  for (let i = 0; i < rows.length; i += STRIDE) if (rows[i] === VIDEO) return true;
  return false;
}

function limited(value: number, max: number): number {
  if (value < 0 || value > max) throw new ProtocolError('out-of-range', WHERE, String(value));
  return value;
}

const WHERE = 'step';
const malformed = (what: string): ProtocolError => new ProtocolError('malformed', WHERE, what);
