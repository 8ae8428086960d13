import type { FrameUpdate } from './generated/display.ts';
import { COLOURS, PLACES, Recent } from './step-memory.ts';

/** How much of a frame's number a step says. */
export const FRAME_BITS = 4;
export const FRAME_MASK = (1 << FRAME_BITS) - 1;
const MAX_OUTPUTS = 16;

/** Black and white: what is written is often one of them. */
const FIRST_COLOURS = [0, 0xffffff];

type WholeHead = Pick<FrameUpdate, 'frame' | 'widthPx' | 'heightPx' | 'key' | 'inputSequence'>;

/**
 * What both ends know of an output's frames so far. They are told to it in the order in which they are sent; what other
 * outputs are sent does not count, for that may overtake.
 */
export class StepState {
  readonly places = new Recent(PLACES, 4);
  readonly colours = new Recent(COLOURS, 1, FIRST_COLOURS);
  frame = 0;
  widthPx = 0;
  heightPx = 0;
  input = 0;

  /** A frame with a whole head. */
  whole({ frame, widthPx, heightPx, key, inputSequence }: WholeHead): void {
    if (key) {
      this.places.clear();
      this.colours.clear();
    }
    this.frame = frame;
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    this.input = inputSequence;
  }
}

/** An output's state where steps are read. */
export class ReadState extends StepState {
  /** Whole frames that came before steps that were sent earlier: the number of the first, and all of them as one. */
  #early: { readonly first: number; readonly head: WholeHead } | null = null;
  /** A step could not be read. */
  isBroken = false;

  arrived(head: WholeHead, isFirst: boolean): void {
    if (isFirst || (head.key && this.isBroken)) return this.#beginAnew(head);
    const { first = head.frame, head: before } = this.#early ?? {};
    this.#early = { first, head: { ...head, key: head.key || before?.key === true } };
    if (first === this.frame + 1) this.#catchUp();
  }

  /** @returns the number of the step that says so much of it, or null: a frame is missing */
  next(lowBits: number): number | null {
    if (!this.#isNext(lowBits)) this.#catchUp();
    return this.#isNext(lowBits) ? this.frame + 1 : null;
  }

  stepped(frame: number): void {
    this.frame = frame;
    if (this.#early?.first === frame + 1) this.#catchUp();
  }

  #beginAnew(head: WholeHead): void {
    this.whole(head);
    this.isBroken = false;
    this.#early = null;
  }

  /** What was sent before has come, or was never sent. */
  #catchUp(): void {
    if (this.#early) this.whole(this.#early.head);
    this.#early = null;
  }

  #isNext(lowBits: number): boolean {
    return ((this.frame + 1) & FRAME_MASK) === lowBits;
  }
}

/** The state of a frame's output, made where there is none. */
export function stateOf<S>(states: Map<number, S>, output: number, make: () => S): S {
  const known = states.get(output);
  if (known) return known;
  if (states.size >= MAX_OUTPUTS) states.clear();
  const made = make();
  states.set(output, made);
  return made;
}
