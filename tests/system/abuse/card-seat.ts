import { PcscReader } from '../../../firmware/card/pcsc-reader.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { CardBench, READERS } from '../../helpers/card/card-bench.ts';
import { makePivCard } from '../../helpers/card/make-card.ts';
import type { PivSpec } from '../../helpers/card/spec.ts';
import { keyHash, whyNoCardHouse } from '../../helpers/card-house.ts';
import type { House } from '../../helpers/house.ts';
import {
  type RecordedTerminal,
  recordedTerminal,
} from '../../helpers/recording/recorded-terminal.ts';
import { COLOURS } from './own-sessions.ts';

/** A terminal with a real pcscd and a user's card for it. One in the life of a process, as the PC/SC library has it. */
export class CardSeat {
  readonly at: RecordedTerminal;
  readonly #bench: CardBench;
  readonly #card: PivSpec;

  /** Null where no virtual readers can be had. */
  static async open(house: House, user: string): Promise<CardSeat | null> {
    if (whyNoCardHouse() !== null) return null;
    const bench = await CardBench.start();
    try {
      Object.assign(process.env, bench.env);
      const log = openLog({ level: 'silent', name: 'test', readable: false });
      const readers = [new PcscReader({ reader: READERS[0], log })];
      const size = { width: 640, height: 480 };
      const at = await recordedTerminal(house, 'office', COLOURS, [], { readers, ...size });
      await at.terminal.shows('insertCard');
      const card = await makePivCard();
      const key = ['--key', `cardKey=${keyHash(card, '9e')}`];
      await house.wradm('token', 'add', `smartCard:${card.guid}`, user, ...key);
      return new CardSeat(at, bench, card);
    } catch (error) {
      await bench[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(at: RecordedTerminal, bench: CardBench, card: PivSpec) {
    this.at = at;
    this.#bench = bench;
    this.#card = card;
  }

  async insert(): Promise<void> {
    await this.#bench.insert(this.#card);
  }

  async remove(): Promise<void> {
    await this.#bench.clear();
  }

  async killPcscd(): Promise<void> {
    await this.#bench.stopPcscd('SIGKILL');
  }

  async startPcscd(): Promise<void> {
    await this.#bench.startPcscd();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bench[Symbol.asyncDispose]();
  }
}
