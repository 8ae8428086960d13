import type { FrameAck } from '../../protocol/generated/display.ts';

/**
 * Acknowledgements of frames on their way to the session. Each wakes two processes of the server, which costs them as
 * much as the key that the frame shows; so that of a frame that the session does not wait for goes with the next input,
 * or is covered by that of a later frame.
 */
export class Acknowledgements {
  readonly #send: (ack: FrameAck, step: boolean) => void;
  #held: FrameAck | null = null;

  /** @param send step: the frame came as one */
  constructor(send: (ack: FrameAck, step: boolean) => void) {
    this.#send = send;
  }

  /**
   * An acknowledgement covers those before it of the same output and view.
   * @param relaxed undefined: the frame came with a whole head; otherwise whether it was a step that may wait
   */
  acknowledge(ack: FrameAck, relaxed: boolean | undefined): void {
    const held = this.#held;
    this.#held = null;
    if (held && held.output !== ack.output && held.view === ack.view) this.#send(held, true);
    if (relaxed) this.#held = ack;
    else this.#send(ack, relaxed !== undefined);
  }

  /** What goes with an input that goes now. */
  take(): FrameAck | null {
    const held = this.#held;
    this.#held = null;
    return held;
  }
}
