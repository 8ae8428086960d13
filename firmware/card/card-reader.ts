import { WayRayError } from '../../protocol/errors.ts';
import type { LocatingToken } from '../../protocol/session/token.ts';

/** PIV 9E, which answers without a PIN, or PIV 9A, which wants one first. */
export type CardKeyName = 'cardKey' | 'pinKey';

/** A token that came. */
export interface InsertedToken {
  /** Chosen by the reader, counts up: the same card that comes again has another one. */
  readonly insertion: number;
  /** Name for people and logs, at most 128 bytes. */
  readonly reader: string;
  readonly kind: LocatingToken['kind'];
  /** Lower-case hexadecimal digits, as in protocol/session/token.ts. */
  readonly tokenId: string;
  /** Answer to reset, at most 64 bytes; empty for a software token. */
  readonly atr: Uint8Array;
  /** Keys that can answer a challenge. */
  readonly keys: Readonly<Record<CardKeyName, boolean>>;
  /** CLOCK_MONOTONIC in µs when the reader told of it, before the token was read. */
  readonly eventUs: number;
}

/** A card lies there that cannot be used. Its removal is told, too. */
export interface TokenProblem {
  readonly insertion: number;
  readonly reader: string;
  readonly problem: 'unsupported' | 'mute' | 'inUse' | 'readerLost';
  /** For the log; never a PIN or a key. */
  readonly detail: string;
}

/** What a reader tells. Never called from within a reader's method. */
export interface CardReaderEvents {
  /** Something lies in the reader and is being read; `inserted`, `problem` or `removed` with its number follows. */
  reading(insertion: number, reader: string): void;
  inserted(token: InsertedToken): void;
  /** It is gone, and so is what asked it for a proof: that fails with `removed`. */
  removed(insertion: number): void;
  problem(problem: TokenProblem): void;
  /** Whether what this token brought is on the screen just now; for badges that are tapped and do not stay. */
  isShown(insertion: number): boolean;
}

export interface ProofRequest {
  readonly insertion: number;
  readonly key: CardKeyName;
  /** What is signed: cardProofText() of protocol/session/card-proof.ts. The reader hashes it as the key demands. */
  readonly text: Uint8Array;
  /** Digits as ASCII, for `pinKey`. The caller overwrites it afterwards; the reader does so with every copy it makes. */
  readonly pin?: Uint8Array;
}

export interface Proof {
  /** X.509 DER, at most 4096 bytes; SPKI DER for a software token. */
  readonly certificate: Uint8Array;
  /** ECDSA as DER, RSA PKCS #1 v1.5, Ed25519 raw; at most 512 bytes. */
  readonly signature: Uint8Array;
}

export type ProofFailure = 'pinWrong' | 'pinBlocked' | 'cancelled' | 'removed' | 'noKey' | 'failed';

/** A card gave no proof. `code` is for programs and the wire (ProofProblem). */
export class ProofError extends WayRayError {
  override readonly name = 'ProofError';
  declare readonly code: ProofFailure;
  /** PIN tries that are left, null when unknown. */
  readonly triesLeft: number | null;

  constructor(
    code: ProofFailure,
    message: string,
    options: { cause?: unknown; triesLeft?: number | null } = {},
  ) {
    super(code, message, options);
    this.triesLeft = options.triesLeft ?? null;
  }
}

/** Where tokens come and go: all readers of a terminal over PC/SC, or a software token. */
export interface CardReader {
  /** Call once. What is there already is told as if it came now. */
  listen(events: CardReaderEvents): void;
  /** Readers that are there now, named as in what they tell. */
  names(): readonly string[];
  /** One proof at a time for each token; a second one waits. @throws ProofError */
  prove(request: ProofRequest): Promise<Proof>;
  /** PIN tries that are left as the card tells without trying one, null when it does not. @throws ProofError */
  pinTriesLeft(insertion: number): Promise<number | null>;
  /** Lets go of readers and cards; no event follows. */
  [Symbol.dispose](): void;
}
