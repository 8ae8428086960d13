import { checkDetails, checkHash, checkId, checkText, checkWhole, pageSize } from './checks.ts';
import type { Row } from './database.ts';
import { pageCodeKey } from './page-code.ts';
import type { AuditDraft, AuditEvent, Details, RegistryLimits } from './records.ts';
import type { EventRegistry } from './registry.ts';
import type { Vault } from './vault.ts';

/** Looking for what is too old after every event would cost more than a few events too many. */
const PRUNE_EVERY = 64;
/** So many at a time, so that a bound that was lowered does not stop everything once. */
const PRUNE_AT_MOST = 1000;

export class EventTable implements EventRegistry {
  readonly #vault: Vault;
  readonly #limits: RegistryLimits;
  readonly #now: () => number;
  #untilPruned = 0;

  constructor(vault: Vault, limits: RegistryLimits, now: () => number) {
    this.#vault = vault;
    this.#limits = limits;
    this.#now = now;
  }

  async append(events: readonly AuditDraft[]): Promise<void> {
    this.#vault.write('ordinary', () => this.add(events));
  }

  /** Within a transaction of the caller. */
  add(events: readonly AuditDraft[]): void {
    for (const event of events) this.#insert(event);
    this.#untilPruned -= events.length;
    if (this.#untilPruned > 0) return;
    this.#untilPruned = PRUNE_EVERY;
    this.#prune();
  }

  async since(after: number, limit?: number): Promise<readonly AuditEvent[]> {
    const sql = 'SELECT * FROM event WHERE id > ? ORDER BY id LIMIT ?';
    return this.#read(this.#vault.db.all(sql, checkWhole('after', after), pageSize(limit)));
  }

  async latest(limit?: number): Promise<readonly AuditEvent[]> {
    const sql = 'SELECT * FROM event ORDER BY id DESC LIMIT ?';
    return this.#read(this.#vault.db.all(sql, pageSize(limit)).reverse());
  }

  async byCode(code: string, limit?: number): Promise<readonly AuditEvent[]> {
    const sql = 'SELECT * FROM event WHERE code = ? ORDER BY id DESC LIMIT ?';
    const key = pageCodeKey(checkText('code', code, { max: 64 }));
    if (key === null) return [];
    return this.#read(this.#vault.db.all(sql, key, pageSize(limit)).reverse());
  }

  #insert(event: AuditDraft): void {
    const { session = null, terminal = null, token = null, details = {} } = event;
    checkText('event kind', event.kind, { min: 1, max: 64 });
    if (session !== null) checkId('event session', session);
    if (terminal !== null) checkId('event terminal', terminal);
    if (token !== null) checkHash('event token', token);
    checkDetails('event details', details);
    // The id is part of what is sealed, so it must be known before: the transaction keeps others from taking it.
    const id = this.#nextId();
    this.#vault.db.run(
      'INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      this.#now(),
      event.kind,
      session,
      terminal,
      token,
      this.#vault.seal('event', id, details),
      typeof details['code'] === 'string' ? pageCodeKey(details['code']) : null,
    );
  }

  #nextId(): number {
    const row = this.#vault.db.get("SELECT seq FROM sqlite_sequence WHERE name = 'event'");
    return Number(row?.['seq'] ?? 0) + 1;
  }

  #prune(): void {
    const { db } = this.#vault;
    const { events, eventAgeMs } = this.#limits;
    const oldest = Number(db.get('SELECT min(id) AS id FROM event')?.['id'] ?? 0);
    const last = this.#nextId() - 1;
    // Up to the first one that is young enough: a clock that was wrong for a while does not take the others with it.
    const young = 'SELECT id FROM event WHERE at_ms >= ? ORDER BY id LIMIT 1';
    const firstYoung = Number(db.get(young, this.#now() - eventAgeMs)?.['id'] ?? last + 1);
    const excess = Math.max(firstYoung - 1, last - events);
    const horizon = Math.min(excess, oldest + PRUNE_AT_MOST - 1);
    if (horizon < oldest) return;
    db.run('UPDATE event_horizon SET id = ? WHERE id < ?', horizon, horizon);
    db.run('DELETE FROM event WHERE id <= ?', horizon);
  }

  #read(rows: readonly Row[]): AuditEvent[] {
    return rows.map((row) => ({
      id: Number(row['id']),
      atMs: Number(row['at_ms']),
      kind: row['kind'] as string,
      session: row['session'] as string | null,
      terminal: row['terminal'] as string | null,
      token: row['token'] as string | null,
      details: this.#vault.unseal('event', Number(row['id']), row['sealed']) as Details,
    }));
  }
}
