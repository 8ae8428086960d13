import type { WpPresentationFeedback } from '../../../protocol/wayland/generated/presentation-time.ts';
import type { WlOutput } from '../../../protocol/wayland/generated/wayland.ts';

/** One client's question when a commit was shown. Answered exactly once. */
export class PresentationFeedback {
  readonly #resource: WpPresentationFeedback;

  constructor(resource: WpPresentationFeedback) {
    this.#resource = resource;
  }

  /** `outputs` are the asking client's wl_output objects for the output that showed the commit. */
  presented(
    outputs: Iterable<WlOutput>,
    timeNs: bigint,
    refreshNs: number,
    sequence: number,
  ): void {
    for (const output of outputs) this.#resource.sendSyncOutput(output);
    const seconds = timeNs / 1_000_000_000n;
    this.#resource.sendPresented(
      Number(seconds >> 32n),
      Number(seconds & 0xffffffffn),
      Number(timeNs % 1_000_000_000n),
      Math.round(refreshNs),
      Math.floor(sequence / 2 ** 32),
      sequence % 2 ** 32,
      0,
    );
  }

  discard(): void {
    this.#resource.sendDiscarded();
  }
}
