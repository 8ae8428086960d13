import {
  checkDetails,
  checkHash,
  checkId,
  checkOneOf,
  checkText,
  checkWhole,
  pageSize,
} from './checks.ts';
import type { Row } from './database.ts';
import { RegistryError } from './errors.ts';
import type { EventTable } from './events.ts';
import type { AuditDraft, Details, RegistryLimits, SessionRecord } from './records.ts';
import type { Page, SessionRegistry } from './registry.ts';
import type { Vault } from './vault.ts';

interface Sealed {
  readonly user: string;
  readonly details: Details;
}

const SAVE = `
  INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, user_hash = excluded.user_hash,
    exclusive = excluded.exclusive, state = excluded.state, terminal = excluded.terminal, token = excluded.token,
    lock = excluded.lock, attachments = excluded.attachments, shown_at_ms = excluded.shown_at_ms,
    sealed = excluded.sealed`;

export class SessionTable implements SessionRegistry {
  readonly #vault: Vault;
  readonly #events: EventTable;
  readonly #limits: RegistryLimits;

  constructor(vault: Vault, events: EventTable, limits: RegistryLimits) {
    this.#vault = vault;
    this.#events = events;
    this.#limits = limits;
  }

  async save(
    sessions: readonly SessionRecord[],
    events: readonly AuditDraft[] = [],
  ): Promise<readonly SessionRecord[]> {
    for (const session of sessions) checkSession(session);
    return this.#vault.write('ordinary', () => {
      const saved = sessions.map((session) => this.#save(session));
      this.#events.add(events);
      return saved;
    });
  }

  async remove(id: string, revision: number, events: readonly AuditDraft[] = []): Promise<void> {
    this.#vault.write('ordinary', () => {
      const found = this.#revision(id);
      if (found === 0) throw new RegistryError('not-found', `there is no session ${id}`);
      if (found !== revision) throw stale(id);
      this.#vault.db.run('DELETE FROM session WHERE id = ?', id);
      this.#events.add(events);
    });
  }

  async get(id: string): Promise<SessionRecord | null> {
    return this.#one('SELECT * FROM session WHERE id = ?', id);
  }

  async ofUser(user: string): Promise<readonly SessionRecord[]> {
    const hash = this.#vault.hash('user', user);
    const rows = this.#vault.db.all('SELECT * FROM session WHERE user_hash = ? ORDER BY id', hash);
    return rows.map((row) => this.#read(row));
  }

  async ofTerminal(terminal: string): Promise<SessionRecord | null> {
    return this.#one('SELECT * FROM session WHERE terminal = ?', terminal);
  }

  async list({ after = '', limit }: Page = {}): Promise<readonly SessionRecord[]> {
    const sql = 'SELECT * FROM session WHERE id > ? ORDER BY id LIMIT ?';
    return this.#vault.db.all(sql, after, pageSize(limit)).map((row) => this.#read(row));
  }

  #save(session: SessionRecord): SessionRecord {
    const { db } = this.#vault;
    if (this.#revision(session.id) !== session.revision) throw stale(session.id);
    const userHash = this.#vault.hash('user', session.user);
    this.#checkPlace(session, userHash);
    const revision = session.revision + 1;
    const sealed: Sealed = { user: session.user, details: session.details };
    db.run(
      SAVE,
      session.id,
      revision,
      userHash,
      session.exclusive ? 1 : 0,
      session.state,
      session.terminal,
      session.token,
      session.lock,
      session.attachments,
      session.createdAtMs,
      session.shownAtMs,
      this.#vault.seal('session', session.id, sealed),
    );
    return { ...session, revision };
  }

  /** The indices would refuse it as well, but could not say what is wrong. */
  #checkPlace({ id, revision, exclusive, terminal }: SessionRecord, userHash: string): void {
    const { db } = this.#vault;
    const other = 'SELECT id FROM session WHERE id <> ? AND';
    if (exclusive && db.get(`${other} user_hash = ? AND exclusive = 1`, id, userHash)) {
      throw new RegistryError('exists', 'the user has a session already');
    }
    const there = terminal && db.get(`${other} terminal = ?`, id, terminal);
    if (there) {
      throw new RegistryError('conflict', `terminal ${terminal} shows session ${there['id']}`);
    }
    if (revision > 0) return;
    const count = Number(db.get('SELECT count(*) AS n FROM session')?.['n']);
    if (count < this.#limits.sessions) return;
    throw new RegistryError('full', `there are ${count} sessions, no more are kept`);
  }

  #revision(id: string): number {
    const row = this.#vault.db.get('SELECT revision FROM session WHERE id = ?', id);
    return Number(row?.['revision'] ?? 0);
  }

  #one(sql: string, value: string): SessionRecord | null {
    const row = this.#vault.db.get(sql, value);
    return row ? this.#read(row) : null;
  }

  #read(row: Row): SessionRecord {
    const id = row['id'] as string;
    const { user, details } = this.#vault.unseal('session', id, row['sealed']) as Sealed;
    return {
      id,
      revision: Number(row['revision']),
      user,
      exclusive: row['exclusive'] === 1,
      state: row['state'] as SessionRecord['state'],
      terminal: row['terminal'] as string | null,
      token: row['token'] as string | null,
      lock: row['lock'] as SessionRecord['lock'],
      attachments: Number(row['attachments']),
      createdAtMs: Number(row['created_at_ms']),
      shownAtMs: row['shown_at_ms'] as number | null,
      details,
    };
  }
}

function checkSession(session: SessionRecord): void {
  checkId('session id', session.id);
  checkWhole('session revision', session.revision);
  checkText('session user', session.user, { min: 1 });
  checkOneOf('session state', session.state, ['created', 'active', 'resumed', 'suspended']);
  checkOneOf('session lock', session.lock, ['none', 'detached', 'asked']);
  checkWhole('session attachments', session.attachments);
  checkWhole('session createdAtMs', session.createdAtMs);
  if (session.shownAtMs !== null) checkWhole('session shownAtMs', session.shownAtMs);
  if (session.terminal !== null) checkId('session terminal', session.terminal);
  if (session.token !== null) checkHash('session token', session.token);
  checkDetails('session details', session.details);
  const shown = session.state === 'active' || session.state === 'resumed';
  if (shown === (session.terminal !== null)) return;
  throw new RegistryError('invalid', 'session terminal: expected one exactly while it is shown');
}

const stale = (id: string) =>
  new RegistryError('stale', `session ${id} was changed since it was read`);
