import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** One line of the audit log. Has no field that could hold what a person typed as a secret. */
export interface AuditRecord {
  readonly event:
    | 'login-begun'
    | 'login-succeeded'
    | 'login-failed'
    | 'login-cancelled'
    | 'login-delayed'
    | 'unlock-succeeded'
    | 'unlock-failed'
    | 'unlock-cancelled'
    | 'unlock-delayed'
    | 'session-started'
    | 'session-failed'
    | 'session-ended'
    | 'session-found'
    | 'greeter-requested'
    | 'host-shutdown'
    | 'host-shutdown-refused'
    | 'peer-denied'
    | 'peer-broke-rules';
  readonly id?: string;
  readonly terminal?: string;
  /** Only the name of an account that exists: people type passwords where the name belongs. */
  readonly user?: string;
  readonly session?: string;
  readonly uid?: number;
  readonly pid?: number;
  readonly reason?: string;
}

export interface AuditSink {
  /** One line without its end. */
  append(line: string): void;
}

export class Audit {
  readonly #sink: AuditSink;
  readonly #onError: (error: Error) => void;
  readonly #now: () => Date;

  /** @param onError hears of a line that could not be written; logins go on, else a full disk locks everybody out */
  constructor(sink: AuditSink, onError: (error: Error) => void, now = () => new Date()) {
    this.#sink = sink;
    this.#onError = onError;
    this.#now = now;
  }

  record(record: AuditRecord): void {
    try {
      this.#sink.append(JSON.stringify({ time: this.#now().toISOString(), ...record }));
    } catch (error) {
      this.#onError(error as Error);
    }
  }
}

/** Appends to a file, 0600. @throws the system's error when it cannot be opened */
export class AuditFile implements AuditSink {
  readonly #fd: number;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#fd = openSync(path, 'a', 0o600);
  }

  append(line: string): void {
    writeSync(this.#fd, `${line}\n`);
  }

  [Symbol.dispose](): void {
    try {
      fsyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }
}
