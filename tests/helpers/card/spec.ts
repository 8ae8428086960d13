export type KeyAlgorithm = 'p256' | 'p384' | 'rsa2048';
export type KeySlot = '9a' | '9e';

/** A key of a card under test. Base64 of DER. */
export interface CardKeySpec {
  readonly algorithm: KeyAlgorithm;
  readonly pkcs8: string;
  readonly certificate: string;
}

/**
 * What a broken card does with every command of one kind, from the `after`-th on.
 * - mute: never answers · vanish: is pulled out instead of answering
 * - short: answers one byte · empty: answers a status alone · huge: answers 60 kB
 * - endless: says 61FF for ever · garbage: random bytes before 9000 · longTlv: lengths that point far behind the end
 */
export interface CardFault {
  /** Instruction byte, e.g. 0xcb for GET DATA. */
  readonly instruction: number;
  readonly kind: 'mute' | 'vanish' | 'short' | 'empty' | 'huge' | 'endless' | 'garbage' | 'longTlv';
  /** Commands of this kind that go well first. */
  readonly after?: number;
}

/** A card as it is handed to the card process: plain JSON. */
export type CardSpec = {
  /** Answer to reset, hexadecimal digits; empty for a card that says nothing. */
  readonly atr?: string;
  readonly fault?: CardFault;
  /** Time that the card takes for each command. */
  readonly delayMs?: number;
} & (
  | PivSpec
  | CacSpec
  | { readonly kind: 'badge'; readonly uid: string }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'dead' }
);

export interface PivSpec {
  readonly kind: 'piv';
  /** 16 bytes as hexadecimal digits. */
  readonly guid: string;
  readonly keys: Partial<Record<KeySlot, CardKeySpec>>;
  readonly pin: string;
  /** Tries of the PIN before it blocks. */
  readonly tries: number;
  /** Sent instead of the certificates, base64 of what stands in tag 53. */
  readonly containers?: Partial<Record<KeySlot, string>>;
  /** What the manager applet gives as CPLC, hexadecimal digits. */
  readonly cplc?: string;
}

/** A CAC card without a PIV applet. */
export interface CacSpec {
  readonly kind: 'cac';
  /** Of the PKI applet for authentication; such cards sign with RSA alone. */
  readonly key: CardKeySpec;
  readonly pin: string;
  readonly tries: number;
  /** The certificate is packed. */
  readonly packed?: boolean;
}

/** To and from the card process, one JSON object a line. */
export type CardCommand =
  | {
      readonly do: 'insert';
      readonly slot: number;
      readonly card: CardSpec;
      /** At once, even if the reader has not noticed that the last card is gone. */
      readonly unseen: boolean;
    }
  | { readonly do: 'remove'; readonly slot: number }
  | { readonly do: 'clear'; readonly slot: number };
export type CardReport =
  | { readonly did: 'ready' }
  | { readonly did: 'cleared'; readonly slot: number }
  | { readonly did: 'powered'; readonly slot: number; readonly atUs: number }
  | { readonly did: 'removed'; readonly slot: number; readonly atUs: number }
  | { readonly did: 'apdu'; readonly slot: number; readonly header: string };
