import { join } from 'node:path';
import { CardBench } from '../../helpers/card/card-bench.ts';
import type { PivSpec } from '../../helpers/card/spec.ts';
import type { OwnedProcess } from '../host/processes.ts';
import type { SeatFrame, SeatPlan, SeatReport } from './messages.ts';
import { type DesksOptions, startProcess } from './start.ts';
import type { Move } from './way.ts';

const ANSWER_MS = 20_000;

interface CardHand {
  readonly bench: CardBench;
  readonly card: PivSpec;
}

/** One terminal, with the hand that brings and takes its token. */
export class Seat {
  tokenId: string | null = null;
  readonly #process: OwnedProcess;
  readonly #cards: CardHand | null;
  #reports: SeatReport[] = [];

  private constructor(process: OwnedProcess, cards: CardHand | null) {
    this.#process = process;
    this.#cards = cards;
  }

  static async open(
    options: DesksOptions,
    server: { address: string; fingerprint: string; name: string },
    card: PivSpec | null,
    owners: AsyncDisposableStack,
  ): Promise<Seat> {
    const { width, height, directory, terminalNamespace } = options;
    const bench = card ? owners.use(await CardBench.start()) : null;
    const tokenFile = card ? null : join(directory, 'token');
    const plan: SeatPlan = { ...server, width, height, tokenFile };
    const env = bench?.env;
    const process = startProcess(options, 'seat', plan, { namespace: terminalNamespace, env });
    const seat = new Seat(process, bench && card ? { bench, card } : null);
    seat.tokenId = (await seat.until('ready')).tokenId;
    await seat.until('showing', ({ what }) => what === 'insertCard');
    return seat;
  }

  async insert(): Promise<void> {
    if (this.#cards) await this.#cards.bench.insert(this.#cards.card);
    else this.#process.write('insert');
  }

  /** Resolves when the server was told. */
  async remove(): Promise<void> {
    if (this.#cards) await this.#cards.bench.remove();
    else this.#process.write('remove');
    await this.until('removed');
  }

  /** The first frame of the session. @throws Error when it is not exactly what the session composed */
  async firstPicture(): Promise<SeatFrame> {
    const frame = await this.until('frame', ({ key }) => key);
    if (!frame.exact) throw new Error('a first frame that is not what the session composed');
    return frame;
  }

  async proof(): Promise<Pick<Move, 'eventUs' | 'insertedUs' | 'askedUs' | 'answeredUs'>> {
    const { eventUs, atUs: insertedUs } = await this.until('inserted');
    const { atUs: askedUs } = await this.until('asked');
    const { atUs: answeredUs } = await this.until('answered');
    return { eventUs, insertedUs, askedUs, answeredUs };
  }

  /** Resolves when no frame has come for a while. */
  async quiet(ms: number): Promise<void> {
    const deadlineMs = performance.now() + ANSWER_MS;
    for (;;) {
      if (performance.now() > deadlineMs) throw new Error('the session never stops drawing');
      const came = this.#reports.length;
      await this.#more(ms);
      const frames = this.#reports.slice(came).filter(({ told }) => told === 'frame');
      if (frames.length === 0) return;
    }
  }

  /** What was told before counts no longer. */
  forget(): void {
    this.#reports = [];
  }

  /** The first report of this kind since forget() that is as wanted. @throws Error after 20 s */
  async until<T extends SeatReport['told']>(
    told: T,
    is: (report: Extract<SeatReport, { told: T }>) => boolean = () => true,
  ): Promise<Extract<SeatReport, { told: T }>> {
    const isIt = (report: SeatReport): report is Extract<SeatReport, { told: T }> =>
      report.told === told && is(report as Extract<SeatReport, { told: T }>);
    const known = this.#reports.find(isIt);
    if (known) return known;
    const deadlineMs = performance.now() + ANSWER_MS;
    for (;;) {
      const next = this.#next(Math.max(1, deadlineMs - performance.now()));
      const report = await this.#process.explain(`${told} after ${this.#summary()}`, next);
      if (isIt(report)) return report;
    }
  }

  async #next(timeoutMs: number): Promise<SeatReport> {
    const report = JSON.parse(await this.#process.output.next(timeoutMs)) as SeatReport;
    this.#reports.push(report);
    return report;
  }

  /** Takes in what comes within a time. */
  async #more(ms: number): Promise<void> {
    const deadlineMs = performance.now() + ms;
    for (let left = ms; left > 0; left = deadlineMs - performance.now()) {
      const report = await this.#next(left).catch(() => null);
      if (report === null) return;
    }
  }

  #summary(): string {
    const words = this.#reports.map((it) => (it.told === 'showing' ? it.what : it.told));
    return words.slice(-12).join(', ');
  }
}
