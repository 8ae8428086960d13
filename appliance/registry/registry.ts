import type { LocatingToken } from '../../protocol/session/token.ts';
import type {
  AuditDraft,
  AuditEvent,
  EnrolmentRecord,
  KnownTokenHash,
  SessionRecord,
  TerminalRecord,
  TerminalState,
  TokenHash,
  TokenKeys,
  TokenRecord,
} from './records.ts';

/*
 * What the server remembers. Every method that changes something is one transaction: it happens as a whole or throws
 * RegistryError, and then nothing of it happened. Asynchronous, because a cluster keeps its registry elsewhere.
 */

export interface Page {
  /** At most 1000, 100 if absent. */
  readonly limit?: number;
  /** The key of the last record of the page before. */
  readonly after?: string;
}

export interface SessionRegistry {
  /**
   * Saves sessions in the given order, and what is to be told about them. `revision` is the one that was read, 0 for a
   * new session.
   * @returns the sessions with their new revisions
   * @throws RegistryError stale, exists (the user has an exclusive session), conflict (the terminal shows another
   *   session), full, invalid
   */
  save(
    sessions: readonly SessionRecord[],
    events?: readonly AuditDraft[],
  ): Promise<readonly SessionRecord[]>;
  /** @throws RegistryError stale, not-found */
  remove(id: string, revision: number, events?: readonly AuditDraft[]): Promise<void>;
  get(id: string): Promise<SessionRecord | null>;
  ofUser(user: string): Promise<readonly SessionRecord[]>;
  ofTerminal(terminal: string): Promise<SessionRecord | null>;
  list(page?: Page): Promise<readonly SessionRecord[]>;
}

export interface TokenOwner {
  readonly user: string;
  readonly label?: string;
  readonly shownName?: string | null;
  readonly keys?: TokenKeys;
}

export interface TokenRegistry {
  /** What a token is known by everywhere outside the reader; needs no lookup. */
  hash(token: LocatingToken): TokenHash;
  /** @throws RegistryError exists, full, invalid */
  add(token: LocatingToken, owner: TokenOwner): Promise<TokenRecord>;
  /**
   * As add, for a card that an event tells of. Without keys it learns them.
   * @throws RegistryError exists, full, invalid
   */
  addKnown(token: KnownTokenHash, owner: TokenOwner): Promise<TokenRecord>;
  /** Replaces all keys of a token, which learns no others then. @throws RegistryError not-found, invalid */
  setKeys(hash: TokenHash, keys: TokenKeys): Promise<TokenRecord>;
  /** The record of a token that was just shown; remembers that it was seen. */
  find(hash: TokenHash): Promise<TokenRecord | null>;
  /** As find, but for somebody who only looks. */
  get(hash: TokenHash): Promise<TokenRecord | null>;
  ofUser(user: string): Promise<readonly TokenRecord[]>;
  list(page?: Page): Promise<readonly TokenRecord[]>;
  /** @throws RegistryError not-found */
  remove(hash: TokenHash): Promise<void>;
}

export interface TerminalIdentity {
  readonly name: string;
  readonly fingerprint: string;
}

export interface TerminalRegistry {
  /**
   * A terminal is there: one whose key is known is returned under the name it is registered by, a stranger is
   * registered as pending.
   * @throws RegistryError conflict (the name belongs to another key), full, invalid
   */
  announce(identity: TerminalIdentity): Promise<TerminalRecord>;
  /** @throws RegistryError not-found */
  approve(name: string): Promise<TerminalRecord>;
  /** @throws RegistryError not-found */
  revoke(name: string): Promise<TerminalRecord>;
  /** Forgets it, so that its name is free for another key. @throws RegistryError not-found */
  remove(name: string): Promise<void>;
  get(name: string): Promise<TerminalRecord | null>;
  byFingerprint(fingerprint: string): Promise<TerminalRecord | null>;
  list(page?: Page & { readonly state?: TerminalState }): Promise<readonly TerminalRecord[]>;
}

export interface EnrolmentRegistry {
  /**
   * Makes a one-time code. It is returned here and never again.
   * @param options.validMs at most 30 days
   */
  create(options: {
    readonly validMs: number;
    readonly terminal?: string;
  }): Promise<{ readonly code: string; readonly record: EnrolmentRecord }>;
  /**
   * Lets a terminal in that knows a code. Five wrong attempts end a code.
   * @throws RegistryError code-refused, revoked (the terminal was), conflict (the name belongs to another key; the code
   *   is still good), full, invalid
   */
  redeem(code: string, identity: TerminalIdentity): Promise<TerminalRecord>;
  /** Those that can still be used. */
  list(): Promise<readonly EnrolmentRecord[]>;
  /** @throws RegistryError not-found */
  cancel(id: string): Promise<void>;
}

export interface EventRegistry {
  append(events: readonly AuditDraft[]): Promise<void>;
  /** Oldest first, after the event `after` (0: from the oldest that is kept). */
  since(after: number, limit?: number): Promise<readonly AuditEvent[]>;
  /** The latest ones, oldest of them first. */
  latest(limit?: number): Promise<readonly AuditEvent[]>;
  /**
   * The latest ones whose `details.code` is this code of a page, oldest of them first. As people read it out: in any
   * case, with or without `WR` and dashes, O for 0 and I or L for 1. What is no code belongs to no event.
   */
  byCode(code: string, limit?: number): Promise<readonly AuditEvent[]>;
}

export interface Registry {
  readonly sessions: SessionRegistry;
  readonly tokens: TokenRegistry;
  readonly terminals: TerminalRegistry;
  readonly enrolments: EnrolmentRegistry;
  readonly events: EventRegistry;
  /**
   * Seals everything with a new key and forgets the old ones. Where the keys are given from outside (systemd), with the
   * last of them.
   * @returns the id of the key in use
   */
  rotateKeys(): Promise<string>;
  [Symbol.dispose](): void;
}
