import type { CardReader, InsertedToken, TokenProblem } from './card-reader.ts';
import type { ReaderOrder } from './reader-order.ts';

/** More than any terminal has; what comes beyond is not told of. */
const MAX_TOKENS = 16;

/** Something that lies in a reader. */
export interface Lying {
  readonly reader: CardReader;
  readonly insertion: number;
  readonly what: InsertedToken | TokenProblem;
  /** It came while another one counted: it has to be inserted anew. */
  readonly ignored: boolean;
  /** Its number on this link; 0: the server was not told of it. */
  wire: number;
  /** Said at the PIN page when it is asked again. */
  hint: string;
}

interface Reading {
  readonly reader: CardReader;
  readonly insertion: number;
  readonly name: string;
  readonly ignored: boolean;
}

/** How a reader stands, for people. */
export interface ReaderNow {
  readonly name: string;
  readonly state: 'empty' | 'reading' | 'card' | 'badge' | 'software' | 'unusable';
  /** The server is told of what lies there; of the others it is not. */
  readonly counts: boolean;
}

/**
 * What lies in the readers, and what of it the server is told: one card at a time. The first one counts until it is
 * taken out; of several that come at once, that in the most preferred reader. Then none that lies elsewhere takes its place
 * by itself, since it may be that of somebody who has left. A card that cannot be used keeps nobody else's away.
 */
export class CardPlaces {
  readonly #order: ReaderOrder;
  #lying: Lying[] = [];
  #reading: Reading[] = [];
  /** They wait for a card that is being read in a more preferred reader. */
  #waiting: Lying[] = [];
  #counting: Lying | null = null;

  constructor(order: ReaderOrder) {
    this.#order = order;
  }

  /** @returns whether a person waits for it: no other card counts */
  reads(reader: CardReader, insertion: number, name: string): boolean {
    const ignored = this.#counting !== null;
    if (this.#reading.length < MAX_TOKENS) this.#reading.push({ reader, insertion, name, ignored });
    return !ignored;
  }

  /** @returns null when there are too many */
  came(reader: CardReader, what: InsertedToken | TokenProblem): Lying | null {
    const reading = this.#endReading(reader, what.insertion);
    if (this.#lying.length === MAX_TOKENS) return null;
    // Also when the other one has left while this one was being read.
    const ignored = reading?.ignored === true || this.#counting !== null;
    const lying: Lying = { reader, insertion: what.insertion, what, ignored, wire: 0, hint: '' };
    this.#lying.push(lying);
    if (isCard(lying) && !ignored) this.#waiting.push(lying);
    return lying;
  }

  /** @returns what lay there, null when it was not read yet */
  went(reader: CardReader, insertion: number): Lying | null {
    this.#endReading(reader, insertion);
    const lying = this.find(reader, insertion);
    if (!lying) return null;
    this.#lying = this.#lying.filter((it) => it !== lying);
    this.#waiting = this.#waiting.filter((it) => it !== lying);
    if (this.#counting === lying) this.#counting = null;
    return lying;
  }

  /** Has the best of what waits count. To be called after each change. @returns those that were passed over */
  choose(): readonly Lying[] {
    const [first, ...others] = this.#waiting;
    if (!first || this.#counting) return [];
    const best = others.reduce(
      (one, two) => (this.#rank(two) < this.#rank(one) ? two : one),
      first,
    );
    const isBetter = ({ name, ignored }: Reading) =>
      !ignored && this.#order.rankOf(name) < this.#rank(best);
    if (this.#reading.some(isBetter)) return [];
    this.#counting = best;
    return this.#waiting.splice(0).filter((lying) => lying !== best);
  }

  /** Whether the server is to know of it. Software tokens are no cards: they lie there for ever. */
  counts(lying: Lying): boolean {
    if (lying === this.#counting || isSoftware(lying)) return true;
    return !isUsable(lying) && !lying.ignored && !this.#counting;
  }

  find(reader: CardReader, insertion: number): Lying | null {
    const isIt = (it: Lying) => it.reader === reader && it.insertion === insertion;
    return this.#lying.find(isIt) ?? null;
  }

  all(): readonly Lying[] {
    return this.#lying;
  }

  now(readers: readonly CardReader[]): ReaderNow[] {
    return readers.flatMap((reader) => reader.names().map((name) => this.#nowOf(reader, name)));
  }

  #nowOf(reader: CardReader, name: string): ReaderNow {
    const lying = this.#lying.find((it) => it.reader === reader && it.what.reader === name);
    if (!lying) {
      const isRead = this.#reading.some((it) => it.reader === reader && it.name === name);
      return { name, state: isRead ? 'reading' : 'empty', counts: false };
    }
    return { name, state: stateOf(lying), counts: isUsable(lying) && this.counts(lying) };
  }

  #rank({ what }: Lying): number {
    return this.#order.rankOf(what.reader);
  }

  #endReading(reader: CardReader, insertion: number): Reading | null {
    const isIt = (it: Reading) => it.reader === reader && it.insertion === insertion;
    const found = this.#reading.find(isIt) ?? null;
    this.#reading = this.#reading.filter((it) => it !== found);
    return found;
  }
}

/** Longer names say the same thing twice. */
const NAME_SHOWN = 60;
const STATE_WORDS = {
  empty: 'empty',
  reading: 'reading a card',
  card: 'card',
  badge: 'badge',
  software: 'key in a file',
  unusable: 'a card that cannot be used',
} as const satisfies Record<ReaderNow['state'], string>;

/** One line for a page. */
export function readerLine({ name, state, counts }: ReaderNow): string {
  const ignored = !counts && (state === 'card' || state === 'badge');
  return `${name.slice(0, NAME_SHOWN)}: ${STATE_WORDS[state]}${ignored ? ', ignored' : ''}`;
}

const isUsable = ({ what }: Lying): boolean => !('problem' in what);
const isSoftware = ({ what }: Lying): boolean => !('problem' in what) && what.kind === 'software';
const isCard = (lying: Lying): boolean => isUsable(lying) && !isSoftware(lying);

function stateOf({ what }: Lying): ReaderNow['state'] {
  if ('problem' in what) return 'unusable';
  return what.kind === 'smartCard' ? 'card' : what.kind;
}
