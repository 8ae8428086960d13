import { WayRayError } from '../../protocol/errors.ts';

/**
 * - malformed: what the card says breaks the rules of cards
 * - refused: the card answers with an error; `statusWord` tells which
 * - unsupported: a card, or a key, that we have no use for
 * - mute: no answer in time, or no power
 * - inUse: another program has the card for itself
 * - gone: it does not answer any more, and its removal is likely to be told
 * - readerLost: the reader or the service behind it is gone
 */
export type CardErrorCode =
  | 'malformed'
  | 'refused'
  | 'unsupported'
  | 'mute'
  | 'inUse'
  | 'gone'
  | 'readerLost';

/** Something went wrong between a card and us; never says a PIN or a key. */
export class CardError extends WayRayError {
  override readonly name = 'CardError';
  declare readonly code: CardErrorCode;
  /** Of a `refused`. */
  readonly statusWord: number | null;

  constructor(
    code: CardErrorCode,
    message: string,
    options: { cause?: unknown; statusWord?: number } = {},
  ) {
    super(code, message, options);
    this.statusWord = options.statusWord ?? null;
  }
}
