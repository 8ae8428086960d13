import { randomInt, timingSafeEqual } from 'node:crypto';
import { checkText, checkWhole } from './checks.ts';
import type { Row } from './database.ts';
import { RegistryError } from './errors.ts';
import type { EnrolmentRecord, RegistryLimits, TerminalRecord } from './records.ts';
import type { EnrolmentRegistry, TerminalIdentity } from './registry.ts';
import { checkIdentity, type TerminalTable } from './terminals.ts';
import type { Vault } from './vault.ts';

/** No I, L, O, U: read over the telephone without a doubt. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 4;
const ATTEMPTS = 5;
const MAX_VALID_MS = 30 * 86_400_000;

/**
 * A code is `AAAA-BBBB-CCCC`: the first group names it, so that attempts can be counted, the other 40 bits are the
 * secret. With five attempts a guess succeeds once in 2 * 10^11.
 */
export class EnrolmentTable implements EnrolmentRegistry {
  readonly #vault: Vault;
  readonly #terminals: TerminalTable;
  readonly #limits: RegistryLimits;
  readonly #now: () => number;

  constructor(vault: Vault, terminals: TerminalTable, limits: RegistryLimits, now: () => number) {
    this.#vault = vault;
    this.#terminals = terminals;
    this.#limits = limits;
    this.#now = now;
  }

  async create(options: {
    readonly validMs: number;
    readonly terminal?: string;
  }): Promise<{ readonly code: string; readonly record: EnrolmentRecord }> {
    const validMs = checkWhole('validMs', options.validMs);
    if (validMs < 1 || validMs > MAX_VALID_MS) {
      throw new RegistryError('invalid', 'validMs: expected at most 30 days');
    }
    const terminal = options.terminal ?? null;
    if (terminal !== null) checkText('terminal name', terminal, { min: 1, max: 128 });
    return this.#vault.write('lasting', () => {
      this.#forgetOld();
      const id = this.#freeId();
      const secret = draw() + draw();
      const hash = this.#hash(id, secret);
      const sql = 'INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, NULL) RETURNING *';
      const row = this.#vault.db.get(sql, id, hash, terminal, this.#now() + validMs, ATTEMPTS);
      if (!row) throw new Error('a code was inserted, but is not there');
      const code = [id, secret.slice(0, GROUP), secret.slice(GROUP)].join('-');
      return { code, record: read(row) };
    });
  }

  async redeem(code: string, identity: TerminalIdentity): Promise<TerminalRecord> {
    checkIdentity(identity);
    const { id, secret } = split(code);
    // The attempt is counted even where it fails, so a failure is a result here and no exception.
    const terminal = this.#vault.write('lasting', () => {
      const record = this.#attempt(id, secret);
      if (!record) return null;
      const named = { ...identity, name: record.terminal ?? identity.name };
      const admitted = this.#terminals.admit(named, 'approved');
      this.#vault.db.run('UPDATE enrolment SET used_by = ? WHERE id = ?', admitted.name, id);
      return admitted;
    });
    if (!terminal) throw new RegistryError('code-refused', 'the code is not valid');
    return terminal;
  }

  async list(): Promise<readonly EnrolmentRecord[]> {
    const sql = `SELECT * FROM enrolment WHERE used_by IS NULL AND attempts_left > 0 AND expires_at_ms > ?
      ORDER BY expires_at_ms`;
    return this.#vault.db.all(sql, this.#now()).map(read);
  }

  async cancel(id: string): Promise<void> {
    const sql = 'DELETE FROM enrolment WHERE id = ? AND used_by IS NULL';
    const removed = this.#vault.write('lasting', () => this.#vault.db.run(sql, id));
    if (removed === 0) throw new RegistryError('not-found', `there is no code ${id}`);
  }

  #attempt(id: string, secret: string): EnrolmentRecord | null {
    const row = this.#vault.db.get('SELECT * FROM enrolment WHERE id = ?', id);
    // An unknown code costs the same work as a wrong one.
    const right = same(this.#hash(id, secret), (row?.['code_hash'] as string | undefined) ?? '');
    if (!row) return null;
    const record = read(row);
    const dead = record.usedBy !== null || record.attemptsLeft === 0;
    if (dead || record.expiresAtMs <= this.#now()) return null;
    if (right) return record;
    this.#vault.db.run('UPDATE enrolment SET attempts_left = attempts_left - 1 WHERE id = ?', id);
    return null;
  }

  #freeId(): string {
    const count = Number(this.#vault.db.get('SELECT count(*) AS n FROM enrolment')?.['n']);
    if (count >= this.#limits.enrolments) {
      throw new RegistryError('full', `there are ${count} enrolment codes already`);
    }
    for (;;) {
      const id = draw();
      if (!this.#vault.db.get('SELECT 1 FROM enrolment WHERE id = ?', id)) return id;
    }
  }

  #forgetOld(): void {
    const sql =
      'DELETE FROM enrolment WHERE expires_at_ms <= ? OR attempts_left = 0 OR used_by IS NOT NULL';
    this.#vault.db.run(sql, this.#now());
  }

  #hash(id: string, secret: string): string {
    return this.#vault.hash('enrolment', `${id} ${secret}`);
  }
}

/** As people type it: in any case, with O for 0 and I or L for 1, with or without dashes. */
function split(code: string): { id: string; secret: string } {
  checkText('code', code, { max: 64 });
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return { id: plain.slice(0, GROUP), secret: plain.slice(GROUP) };
}

const draw = (): string =>
  Array.from({ length: GROUP }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

function same(a: string, b: string): boolean {
  const known = Buffer.alloc(64);
  known.write(b, 'latin1');
  return timingSafeEqual(Buffer.from(a, 'latin1'), known);
}

const read = (row: Row): EnrolmentRecord => ({
  id: row['id'] as string,
  terminal: row['terminal'] as string | null,
  expiresAtMs: Number(row['expires_at_ms']),
  attemptsLeft: Number(row['attempts_left']),
  usedBy: row['used_by'] as string | null,
});
