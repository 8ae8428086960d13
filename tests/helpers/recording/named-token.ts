import type {
  CardReader,
  CardReaderEvents,
  ProofRequest,
} from '../../../firmware/card/card-reader.ts';
import { SoftwareToken } from '../../../firmware/card/software-token.ts';
import { nowUs } from '../../../firmware/terminal.ts';

/** A software token in a reader of its own: a terminal may have several. */
export class NamedToken implements CardReader {
  readonly #token: SoftwareToken;
  readonly #reader: string;
  #inserted = false;

  constructor(file: string, reader: string) {
    this.#token = new SoftwareToken({ file, nowUs, inserted: false });
    this.#reader = reader;
  }

  get id(): string {
    return this.#token.id;
  }

  get inserted(): boolean {
    return this.#inserted;
  }

  insert(): void {
    this.#inserted = true;
    this.#token.insert();
  }

  remove(): void {
    this.#inserted = false;
    this.#token.remove();
  }

  listen(events: CardReaderEvents): void {
    this.#token.listen({
      ...events,
      inserted: (token) => events.inserted({ ...token, reader: this.#reader }),
    });
  }

  names() {
    return [this.#reader];
  }

  prove(request: ProofRequest) {
    return this.#token.prove(request);
  }

  pinTriesLeft() {
    return this.#token.pinTriesLeft();
  }

  [Symbol.dispose](): void {
    this.#token[Symbol.dispose]();
  }
}
