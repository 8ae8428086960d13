import { WayRayError } from '../../protocol/errors.ts';
import type { SessionRecord, TerminalState, TokenHash } from '../registry/records.ts';

/** What the broker tells and does for an administrator. The registry is used beside it. */
export interface AdminBackend {
  /** All sessions of this host, greeters apart. */
  sessions(): readonly SessionView[];
  session(id: string): SessionView | null;
  /*
   * `by` names who asked, for the audit log, which the broker writes. All resolve when it is decided, not when a terminal
   * has drawn it. @throws AdminError
   */
  lock(id: string, by: string): Promise<void> | void;
  /** Its terminal shows it no longer; it runs on. */
  detach(id: string, by: string): Promise<void> | void;
  /** Shown at another terminal once somebody there has proved who they are. */
  move(id: string, terminalName: string, by: string): Promise<void> | void;
  /** Ends it with all its applications. */
  kill(id: string, by: string): Promise<void> | void;
  /** The rules in force, as plain JSON without secrets. */
  policy(): Readonly<Record<string, unknown>>;
  terminalsOnline(): readonly TerminalOnline[];
  /** The registry has changed a terminal's state: let one in that waits, end the connection of one that may not be here. */
  terminalChanged(fingerprint: string, state: TerminalState | 'removed'): Promise<void> | void;
  /** The registry has a token that was not there, or no longer has one. */
  tokenChanged(hash: TokenHash, change: 'added' | 'removed'): Promise<void> | void;
}

export interface SessionView {
  readonly id: string;
  readonly user: string;
  readonly state: SessionRecord['state'];
  readonly lock: SessionRecord['lock'];
  /** Registered name of the terminal that shows it. */
  readonly terminal: string | null;
  readonly token: TokenHash | null;
  readonly attachments: number;
  readonly createdAtMs: number;
  /** When it was last seen; null before the first time. */
  readonly shownAtMs: number | null;
}

export interface TerminalOnline {
  readonly name: string;
  readonly fingerprint: string;
  /** Without port. */
  readonly address: string;
  /** When it connected. */
  readonly sinceMs: number;
  readonly session: string | null;
  /** Kind of the page that it shows instead, e.g. `insertCard`. */
  readonly page: string | null;
}

export type AdminErrorCode = 'not-found' | 'conflict' | 'denied' | 'invalid' | 'unavailable';

/** The broker cannot do what an administrator asked; nothing of it was done. */
export class AdminError extends WayRayError {
  override readonly name = 'AdminError';
  declare readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}
