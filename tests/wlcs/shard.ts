import { CompositorProcess } from './compositor-process.ts';
import type { Verdict } from './verdicts.ts';
import { runTests } from './wlcs-process.ts';

/** Few enough that the shards end at about the same time. */
const BATCH_SIZE = 24;

/** Takes batches of tests from a queue that all shards share, and runs them on a compositor of its own. */
export class Shard {
  readonly #queue: string[];
  readonly #onVerdict: (verdict: Verdict) => void;
  readonly #onDefect: (text: string) => void;
  #compositor: CompositorProcess | null = null;

  /** @param onDefect told of errors that the compositor logged, of its end and of hangs, which no second try excuses */
  constructor(
    queue: string[],
    onVerdict: (verdict: Verdict) => void,
    onDefect: (text: string) => void,
  ) {
    this.#queue = queue;
    this.#onVerdict = onVerdict;
    this.#onDefect = onDefect;
  }

  async run(): Promise<void> {
    try {
      while (this.#queue.length > 0) await this.#runBatch(this.#queue.splice(0, BATCH_SIZE));
    } finally {
      // Empty, unless this shard failed: then the others have nothing to go on with.
      this.#queue.length = 0;
      await this.#endCompositor();
    }
  }

  async #runBatch(tests: readonly string[]): Promise<void> {
    let rest = [...tests];
    while (rest.length > 0) {
      this.#compositor ??= await CompositorProcess.start();
      const verdicts: Verdict[] = [];
      const before = rest.length;
      rest = await runTests(rest, this.#compositor, (verdict) => {
        verdicts.push(verdict);
        this.#onVerdict(verdict);
      });
      if (rest.length === before)
        throw new Error(`WLCS runs none of its tests\n${this.#compositor.log()}`);
      const broken = verdicts.filter(({ outcome }) => outcome === 'crashed' || outcome === 'hung');
      for (const { test, outcome } of broken) this.#onDefect(`${outcome} in ${test}`);
      if (broken.length > 0 || !this.#compositor.running) await this.#endCompositor();
    }
  }

  async #endCompositor(): Promise<void> {
    const compositor = this.#compositor;
    this.#compositor = null;
    if (!compositor) return;
    for (const error of compositor.errors()) this.#onDefect(error);
    if (!compositor.running) this.#onDefect(`the compositor ended\n${compositor.log()}`);
    await compositor.stop();
  }
}
