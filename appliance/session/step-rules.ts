import { StepWriter } from '../../protocol/frame-step.ts';
import type { FrameUpdate } from '../../protocol/generated/display.ts';

/** A step's payload; with its head a unit of the input channel holds it. */
const MAX_PAYLOAD_BYTES = 2048;
/** After a pause of this length it is somebody typing or a cursor that blinks, and nothing to keep pace with. */
const PAUSE_MS = 50;
/** The terminal says something so often, which also spares it and wrsrvd a heartbeat: less than their link's restMs. */
const LONGEST_UNHEARD_MS = 15_000;

/** How a frame leaves. */
export type Way =
  /** With a whole head on the display channel. */
  | { readonly kind: 'whole' }
  /** relaxed: nobody waits for its acknowledgement. */
  | { readonly kind: 'step'; readonly head: Uint8Array; readonly relaxed: boolean };

const WHOLE: Way = { kind: 'whole' };

/**
 * Which frames of one terminal go as steps. Steps and whole frames travel on connections of their own, so a step leaves
 * only when all whole frames before it have arrived; that a whole frame overtakes steps, the terminal finds out.
 */
export class StepRules {
  readonly #writer = new StepWriter();
  readonly #nowMs: () => number;
  /** The last frame that left with a whole head, unless it is acknowledged: then all before it have arrived, too. */
  #whole: { readonly output: number; readonly frame: number } | null = null;
  #sentMs = Number.NEGATIVE_INFINITY;
  #heardMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * The way of a frame, which must leave then.
   * @param open whether the terminal takes steps now
   */
  choose(header: FrameUpdate, payloadBytes: number, open: boolean): Way {
    const nowMs = this.#nowMs();
    const paused = nowMs - this.#sentMs >= PAUSE_MS;
    this.#sentMs = nowMs;
    const small = open && payloadBytes <= MAX_PAYLOAD_BYTES && this.#whole === null;
    if (!small || !this.#writer.fits(header)) {
      this.#writer.whole(header);
      this.#whole = { output: header.output, frame: header.frame };
      return WHOLE;
    }
    const relaxed = paused && nowMs - this.#heardMs < LONGEST_UNHEARD_MS;
    return { kind: 'step', head: this.#writer.head(header, relaxed), relaxed };
  }

  acknowledged(output: number, frame: number): void {
    this.#heardMs = this.#nowMs();
    if (this.#whole?.output === output && this.#whole.frame <= frame) this.#whole = null;
  }
}
