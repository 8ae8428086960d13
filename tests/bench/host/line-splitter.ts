const maxLineLength = 1024 * 1024;

/** Cuts text that comes in pieces into lines; of a line that is longer than 1 MiB the rest is dropped. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(piece: string): void {
    const lines = piece.split('\n');
    const last = lines.pop() as string;
    for (const line of lines) {
      this.#append(line);
      this.#hand();
    }
    this.#append(last);
  }

  /** Hands out what came last without an end of line. */
  end(): void {
    if (this.#rest !== '') this.#hand();
  }

  #hand(): void {
    const line = this.#rest;
    this.#rest = '';
    this.#onLine(line);
  }

  #append(piece: string): void {
    this.#rest += piece.slice(0, maxLineLength - this.#rest.length);
  }
}
