/** Any name. */
const ANY = '*';

/** Which readers are used, and which of them is preferred: parts of names, the most preferred first; `*` for all others. */
export class ReaderOrder {
  readonly #parts: readonly string[];

  constructor(parts: readonly string[]) {
    this.#parts = parts;
  }

  uses(name: string): boolean {
    return this.#parts.some((part) => matches(part, name));
  }

  /** 0 for the most preferred; one that is not used comes last. */
  rankOf(name: string): number {
    const at = this.#parts.findIndex((part) => matches(part, name));
    return at < 0 ? this.#parts.length : at;
  }
}

export const ALL_READERS = new ReaderOrder([ANY]);

const matches = (part: string, name: string): boolean => part === ANY || name.includes(part);
