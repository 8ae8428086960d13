/** What office programs offer at once is some forty types; these are for the hostile. */
const TYPES_MAX = 512;
const TYPE_LENGTH_MAX = 1024;

/** The MIME types of one source, each once, in the order in which they were offered. */
export class MimeTypes {
  readonly #types = new Set<string>();

  /** What is too much or too long is left out. */
  add(type: string): void {
    if (type.length <= TYPE_LENGTH_MAX && this.#types.size < TYPES_MAX) this.#types.add(type);
  }

  has(type: string): boolean {
    return this.#types.has(type);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#types.values();
  }
}
