import { checkHash, checkOneOf, checkText, pageSize } from './checks.ts';
import type { Row } from './database.ts';
import { RegistryError } from './errors.ts';
import type { RegistryLimits, TerminalRecord, TerminalState } from './records.ts';
import type { Page, TerminalIdentity, TerminalRegistry } from './registry.ts';
import type { Vault } from './vault.ts';

/** A stranger that did not come back for this long makes room for others. */
const PENDING_KEPT_MS = 7 * 86_400_000;

export class TerminalTable implements TerminalRegistry {
  readonly #vault: Vault;
  readonly #limits: RegistryLimits;
  readonly #now: () => number;

  constructor(vault: Vault, limits: RegistryLimits, now: () => number) {
    this.#vault = vault;
    this.#limits = limits;
    this.#now = now;
  }

  async announce(identity: TerminalIdentity): Promise<TerminalRecord> {
    checkIdentity(identity);
    const sql = 'UPDATE terminal SET seen_at_ms = ? WHERE fingerprint = ? RETURNING *';
    return this.#vault.write('ordinary', () => {
      const known = this.#vault.db.get(sql, this.#now(), identity.fingerprint);
      return known ? read(known) : this.admit(identity, 'pending');
    });
  }

  /** Registers a terminal or changes its state, within a transaction of the caller. */
  admit({ name, fingerprint }: TerminalIdentity, state: 'pending' | 'approved'): TerminalRecord {
    const known = this.#find('fingerprint', fingerprint);
    if (known && state === 'pending') return known;
    if (known?.state === 'revoked') {
      throw new RegistryError('revoked', `terminal ${known.name} was revoked`);
    }
    this.#clearName(name, fingerprint, state);
    if (known) return this.#change('name = ?, state = ?', fingerprint, name, state);
    this.#checkRoom(state);
    const sql = 'INSERT INTO terminal VALUES (?, ?, ?, ?, ?) RETURNING *';
    const row = this.#vault.db.get(sql, name, fingerprint, state, this.#now(), this.#now());
    if (!row) throw new Error('a terminal was inserted, but is not there');
    return read(row);
  }

  /** A name is kept for the key that had it first; but a stranger cannot keep it from one that was approved. */
  #clearName(name: string, fingerprint: string, state: 'pending' | 'approved'): void {
    const namesake = this.#find('name', name);
    if (!namesake || namesake.fingerprint === fingerprint) return;
    if (state === 'pending' || namesake.state !== 'pending') {
      throw new RegistryError(
        'conflict',
        `the name ${name} belongs to a terminal with another key`,
      );
    }
    this.#vault.db.run('DELETE FROM terminal WHERE name = ?', name);
  }

  async approve(name: string): Promise<TerminalRecord> {
    return this.#setState(name, 'approved');
  }

  async revoke(name: string): Promise<TerminalRecord> {
    return this.#setState(name, 'revoked');
  }

  async remove(name: string): Promise<void> {
    const sql = 'DELETE FROM terminal WHERE name = ?';
    if (this.#vault.write('lasting', () => this.#vault.db.run(sql, name)) === 0)
      throw notFound(name);
  }

  async get(name: string): Promise<TerminalRecord | null> {
    return this.#find('name', name);
  }

  async byFingerprint(fingerprint: string): Promise<TerminalRecord | null> {
    return this.#find('fingerprint', fingerprint);
  }

  async list(
    page: Page & { readonly state?: TerminalState } = {},
  ): Promise<readonly TerminalRecord[]> {
    const { after = '', limit, state } = page;
    const where = state ? 'name > ? AND state = ?' : 'name > ?';
    const values = state ? [after, checkOneOf('state', state, STATES)] : [after];
    const sql = `SELECT * FROM terminal WHERE ${where} ORDER BY name LIMIT ?`;
    return this.#vault.db.all(sql, ...values, pageSize(limit)).map(read);
  }

  #setState(name: string, state: TerminalState): TerminalRecord {
    return this.#vault.write('lasting', () => {
      const known = this.#find('name', name);
      if (!known) throw notFound(name);
      return this.#change('state = ?', known.fingerprint, state);
    });
  }

  #change(what: string, fingerprint: string, ...values: string[]): TerminalRecord {
    const sql = `UPDATE terminal SET ${what} WHERE fingerprint = ? RETURNING *`;
    const row = this.#vault.db.get(sql, ...values, fingerprint);
    if (!row) throw notFound(fingerprint);
    return read(row);
  }

  #find(column: 'name' | 'fingerprint', value: string): TerminalRecord | null {
    const row = this.#vault.db.get(`SELECT * FROM terminal WHERE ${column} = ?`, value);
    return row ? read(row) : null;
  }

  /** Strangers fill their own share and no more. */
  #checkRoom(state: TerminalState): void {
    const { terminals, pendingTerminals } = this.#limits;
    const forgotten = "DELETE FROM terminal WHERE state = 'pending' AND seen_at_ms < ?";
    this.#vault.db.run(forgotten, this.#now() - PENDING_KEPT_MS);
    const pending = this.#count("WHERE state = 'pending'");
    if (state === 'pending' && pending >= pendingTerminals) {
      throw new RegistryError('full', `${pending} terminals wait for approval already`);
    }
    const all = this.#count('');
    if (all >= terminals) throw new RegistryError('full', `there are ${all} terminals already`);
  }

  #count(where: string): number {
    return Number(this.#vault.db.get(`SELECT count(*) AS n FROM terminal ${where}`)?.['n']);
  }
}

const STATES = ['pending', 'approved', 'revoked'] as const;

export function checkIdentity({ name, fingerprint }: TerminalIdentity): void {
  checkText('terminal name', name, { min: 1, max: 128 });
  checkHash('terminal fingerprint', fingerprint);
}

const notFound = (name: string) => new RegistryError('not-found', `there is no terminal ${name}`);

const read = (row: Row): TerminalRecord => ({
  name: row['name'] as string,
  fingerprint: row['fingerprint'] as string,
  state: row['state'] as TerminalState,
  registeredAtMs: Number(row['registered_at_ms']),
  seenAtMs: Number(row['seen_at_ms']),
});
