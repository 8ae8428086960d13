import type { CardKey } from './card-key.ts';
import type { CardKeyName } from './card-reader.ts';
import type { Answer, Command } from './exchange.ts';

/** Sends a command and gives its whole answer; exchange.ts over a card's link. */
export type Ask = (command: Command) => Promise<Answer>;

export type PinAnswer =
  | { readonly right: true }
  /** Null when the card does not tell. */
  | { readonly right: false; readonly triesLeft: number | null };

/** How one kind of card is talked to; everything but `select` wants its application selected. All throw CardError. */
export interface CardApplet {
  /** For people. */
  readonly name: string;
  /** @returns false when the card has no such application */
  select(ask: Ask): Promise<boolean>;
  /** @throws CardError `unsupported` when there is no certificate, or none that we can use */
  readKey(ask: Ask, name: CardKeyName): Promise<CardKey>;
  verifyPin(ask: Ask, pin: Uint8Array): Promise<PinAnswer>;
  /** As the card tells without trying one; null when it does not. */
  readPinTries(ask: Ask): Promise<number | null>;
  /** Takes back what the PIN allowed. @returns false when the card has to be reset for it */
  forgetPin(ask: Ask): Promise<boolean>;
  /** @param input what signingInput() gave @returns the signature, unchecked */
  sign(ask: Ask, name: CardKeyName, key: CardKey, input: Uint8Array): Promise<Uint8Array>;
}
