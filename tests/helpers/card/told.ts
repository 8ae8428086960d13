import type {
  CardReader,
  InsertedToken,
  TokenProblem,
} from '../../../firmware/card/card-reader.ts';

export type Told =
  | { readonly type: 'reading'; readonly insertion: number; readonly atUs: number }
  | { readonly type: 'removed'; readonly insertion: number; readonly atUs: number }
  | { readonly type: 'inserted'; readonly token: InsertedToken; readonly atUs: number }
  | { readonly type: 'problem'; readonly problem: TokenProblem; readonly atUs: number };

const TIMEOUT_MS = 20_000;
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** What a card reader tells, to be waited for. */
export class ToldEvents {
  readonly all: Told[] = [];
  /** Whether what a token brought is on the screen. */
  shown = true;
  #from = 0;
  #waiting: (() => void)[] = [];

  constructor(reader: CardReader) {
    reader.listen({
      reading: (insertion) => this.#told({ type: 'reading', insertion, atUs: nowUs() }),
      removed: (insertion) => this.#told({ type: 'removed', insertion, atUs: nowUs() }),
      inserted: (token) => this.#told({ type: 'inserted', token, atUs: nowUs() }),
      problem: (problem) => this.#told({ type: 'problem', problem, atUs: nowUs() }),
      isShown: () => this.shown,
    });
  }

  /** The next one of these types that was not waited for yet; those before it are skipped. */
  async next<T extends Told['type']>(...types: T[]): Promise<Extract<Told, { type: T }>> {
    const deadlineMs = performance.now() + TIMEOUT_MS;
    for (;;) {
      const wanted: readonly string[] = types;
      const at = this.all.findIndex(
        (told, index) => index >= this.#from && wanted.includes(told.type),
      );
      if (at >= 0) {
        this.#from = at + 1;
        return this.all[at] as Extract<Told, { type: T }>;
      }
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw new Error(`no ${types} among: ${JSON.stringify(this.all)}`);
      await this.#change(leftMs);
    }
  }

  #told(told: Told): void {
    this.all.push(told);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
