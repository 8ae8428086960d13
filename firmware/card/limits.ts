/** How long a card may take, in ms; tests take shorter ones. */
export interface CardLimits {
  /** To power a card, and to wait for programs that have it for themselves. */
  readonly openMs: number;
  /** For one command, signing apart. */
  readonly commandMs: number;
  /** For a signature: small chips take a second or more for RSA. */
  readonly signMs: number;
  /** For everything between an insertion and the card's number. */
  readonly readMs: number;
  /** For everything that a proof takes, once the card is powered and its turn has come. */
  readonly proveMs: number;
  /** That a card which does not answer any more may stay before it counts as mute. */
  readonly goneMs: number;
}

export const CARD_LIMITS: CardLimits = {
  openMs: 3_000,
  commandMs: 3_000,
  signMs: 8_000,
  readMs: 8_000,
  proveMs: 15_000,
  goneMs: 1_500,
};
