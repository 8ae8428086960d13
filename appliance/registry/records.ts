import type { TokenKind } from '../../protocol/session/token.ts';

/** 64 hexadecimal digits; the token itself is kept nowhere. */
export type TokenHash = string;

export type Scalar = string | number | boolean | null;
/** Free fields of a record, sealed at rest: at most 32, names up to 64, 4096 bytes as JSON. */
export type Details = Readonly<Record<string, Scalar>>;

/** A session that lives; one that has ended is removed, its history is in the events. */
export interface SessionRecord {
  readonly id: string;
  /** Grows with every save; 0 in a draft of a new session. */
  readonly revision: number;
  /** Sealed at rest. */
  readonly user: string;
  /** No other session of this user may live beside it. */
  readonly exclusive: boolean;
  readonly state: 'created' | 'active' | 'resumed' | 'suspended';
  /** The terminal that shows it: there is one exactly while it is active or resumed. */
  readonly terminal: string | null;
  readonly token: TokenHash | null;
  readonly lock: 'none' | 'detached' | 'asked';
  readonly attachments: number;
  readonly createdAtMs: number;
  readonly shownAtMs: number | null;
  readonly details: Details;
}

/**
 * Keys that a token can prove it holds: SHA-256 of the SPKI (DER), 64 hexadecimal digits. `cardKey` is PIV 9E, `pinKey`
 * PIV 9A, `software` the key of a software token.
 */
export interface TokenKeys {
  readonly cardKey?: string;
  readonly pinKey?: string;
  readonly software?: string;
}

export interface TokenRecord {
  readonly hash: TokenHash;
  readonly kind: Exclude<TokenKind, 'none'>;
  /** Sealed at rest, as are the label, the name and the keys. */
  readonly user: string;
  readonly label: string;
  /** What a login screen calls the user; null for the user's name itself. */
  readonly shownName: string | null;
  /** Without any, the token only locates. */
  readonly keys: TokenKeys;
  /** The key that it can show is to be registered when its user logs in with a password and it lies there. */
  readonly learnsKeys: boolean;
  readonly registeredAtMs: number;
  readonly seenAtMs: number | null;
}

/** A token that somebody has shown, and that is known by nothing else. */
export type KnownTokenHash = Pick<TokenRecord, 'hash' | 'kind'>;

export type TerminalState = 'pending' | 'approved' | 'revoked';

export interface TerminalRecord {
  readonly name: string;
  /** SHA-256 of its Ed25519 certificate, 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly state: TerminalState;
  readonly registeredAtMs: number;
  readonly seenAtMs: number;
}

/** A code that lets one terminal in without being approved; the code itself is kept nowhere. */
export interface EnrolmentRecord {
  readonly id: string;
  /** The name that its terminal gets; null to take the name that the terminal gives itself. */
  readonly terminal: string | null;
  readonly expiresAtMs: number;
  readonly attemptsLeft: number;
  /** The terminal that used it. */
  readonly usedBy: string | null;
}

export interface AuditEvent {
  /** Grows with every event. */
  readonly id: number;
  readonly atMs: number;
  /** What happened, e.g. `session-attached`. */
  readonly kind: string;
  readonly session: string | null;
  readonly terminal: string | null;
  readonly token: TokenHash | null;
  /** Sealed at rest. */
  readonly details: Details;
}

export type AuditDraft = Pick<AuditEvent, 'kind'> & Partial<Omit<AuditEvent, 'id' | 'atMs'>>;

/** How many records there may be. */
export interface RegistryLimits {
  readonly sessions: number;
  readonly tokens: number;
  readonly terminals: number;
  /** Of these, those that wait for approval: strangers can make them. */
  readonly pendingTerminals: number;
  readonly enrolments: number;
  readonly events: number;
  readonly eventAgeMs: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_LIMITS: RegistryLimits = {
  sessions: 10_000,
  tokens: 100_000,
  terminals: 10_000,
  pendingTerminals: 500,
  enrolments: 1000,
  events: 200_000,
  eventAgeMs: 180 * DAY_MS,
};
