import type { Place } from '../../../protocol/session/place.ts';
import type { AuditDraft } from '../../registry/records.ts';
import type { Clock } from './clock.ts';
import { Pace } from './pace.ts';
import { Paces } from './paces.ts';

/** Recorded of each terminal: so many at once, and one in 30 s. */
const OF_ONE = [10, 30_000] as const;
/** And of all: who holds many terminals must not push everything else out of the events either. */
const OF_ALL = [50, 10_000] as const;

export interface FailedLogin {
  readonly place: Place;
  readonly reason: 'login' | 'unlock';
  /** Known from the card or the session; never what somebody has typed, which may be a password. */
  readonly user: string | null;
  readonly session: string | null;
  /** Hash of the card that lies there. */
  readonly token: string | null;
}

/** Events for logins that PAM refused, as many as the log of events can bear; wrsessd's own log has them all. */
export class FailedLogins {
  readonly #ofOne: Paces;
  readonly #ofAll: Pace;
  readonly #record: (event: AuditDraft) => void;
  #unrecorded = 0;

  constructor({ nowMs }: Clock, record: (event: AuditDraft) => void) {
    this.#ofOne = new Paces(...OF_ONE, nowMs);
    this.#ofAll = new Pace(...OF_ALL, nowMs);
    this.#record = record;
  }

  add({ place, reason, user, session, token }: FailedLogin): void {
    const { terminal, connection } = place;
    if (!this.#ofOne.of(terminal).take() || !this.#ofAll.take()) {
      this.#unrecorded += 1;
      return;
    }
    const details = {
      reason,
      connection,
      ...(user === null ? {} : { user }),
      ...(this.#unrecorded === 0 ? {} : { unrecorded: this.#unrecorded }),
    };
    this.#unrecorded = 0;
    this.#record({ kind: 'login-failed', session, terminal, token, details });
  }
}
