import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';

export type Value = string | number | null | Uint8Array;
export type Row = Record<string, Value>;

/**
 * `ordinary` outlives the process in any case, but the last of it may be lost with the machine's power; what it
 * describes (sessions) is lost then too. `lasting` is on the disk when it returns: an approval or revocation must not
 * come undone. The difference is an fsync, during which nothing is relayed.
 */
export type Durability = 'ordinary' | 'lasting';

export interface DatabaseOptions {
  /** How long to wait for another process; 2 s if absent. */
  readonly busyMs?: number;
}

const DEFAULT_BUSY_MS = 2000;
const MAX_WAL_BYTES = 16 * 2 ** 20;

/** One SQLite file (or `:memory:`), of the present schema, checked; errors are RegistryErrors that name the file. */
export class Database {
  readonly file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #durability: Durability = 'ordinary';
  #open = true;

  /** @throws RegistryError corrupt, newer, foreign, busy, io */
  constructor(file: string, { busyMs = DEFAULT_BUSY_MS }: DatabaseOptions = {}) {
    this.file = file;
    if (file !== ':memory:') this.#guard(() => makePrivate(file));
    this.#db = this.#guard(
      () => new DatabaseSync(file, { timeout: busyMs, enableForeignKeyConstraints: true }),
    );
    try {
      this.#guard(() => this.#prepare());
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...values)) as Row | undefined;
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values)) as Row[];
  }

  /** @returns the number of rows that were changed */
  run(sql: string, ...values: Value[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...values).changes));
  }

  /** All of it or nothing. It holds the only right to write from its beginning on, so that it reads what it changes. */
  transact<T>(durability: Durability, action: () => T): T {
    this.#setDurability(durability);
    this.run('BEGIN IMMEDIATE');
    try {
      const result = action();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // SQLite itself rolls back after some errors, a full disk among them.
      if (this.#open && this.#db.isTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#db.close();
  }

  #setDurability(durability: Durability): void {
    if (durability === this.#durability) return;
    const level = durability === 'lasting' ? 'FULL' : 'NORMAL';
    // Never as a kept statement: this pragma takes effect when it is compiled, not when it runs.
    this.#guard(() => this.#db.exec(`PRAGMA synchronous = ${level}`));
    this.#durability = durability;
  }

  #statement(sql: string): StatementSync {
    if (!this.#open) throw new RegistryError('closed', `${this.file}: the registry was closed`);
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #prepare(): void {
    this.#checkOwn();
    const mode = this.#pragma('journal_mode = WAL');
    if (mode !== 'wal' && this.file !== ':memory:') {
      throw new RegistryError(
        'io',
        `${this.file}: no write-ahead log here; is it on a network file system?`,
      );
    }
    this.#db.exec(`PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;
      PRAGMA journal_size_limit = ${MAX_WAL_BYTES}`);
    this.#migrate();
    const found = this.#pragma('quick_check(1)');
    if (found !== 'ok') throw new RegistryError('corrupt', `${this.file}: damaged: ${found}`);
  }

  /** Before anything is written to it. */
  #checkOwn(): void {
    const version = Number(this.#pragma('user_version'));
    const application = Number(this.#pragma('application_id'));
    const tables = this.#db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
    if (application !== APPLICATION_ID && (application !== 0 || version !== 0 || tables !== 0)) {
      throw new RegistryError('foreign', `${this.file}: a database of another program`);
    }
    if (version > MIGRATIONS.length) {
      const versions = `has version ${version}, this program knows ${MIGRATIONS.length}`;
      throw new RegistryError('newer', `${this.file}: written by a later version: ${versions}`);
    }
  }

  #migrate(): void {
    if (Number(this.#pragma('user_version')) === MIGRATIONS.length) return;
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      // Another process may have done it while this one waited.
      const from = Number(this.#pragma('user_version'));
      for (const migration of MIGRATIONS.slice(from)) this.#db.exec(migration);
      this.#db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      this.#db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #pragma(pragma: string): unknown {
    return Object.values(this.#db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw asRegistryError(error, this.file);
    }
  }
}

/** SQLite gives its log the permissions of the file, so that this covers all three. */
function makePrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

/** Primary result codes of SQLite: https://www.sqlite.org/rescode.html */
const CODES = new Map<number, [RegistryErrorCode, string]>([
  [5, ['busy', 'another process holds it']],
  [6, ['busy', 'it is locked']],
  [11, ['corrupt', 'damaged']],
  [13, ['no-space', 'the disk is full']],
  [19, ['conflict', 'against its rules']],
  [26, ['corrupt', 'no database']],
]);

function asRegistryError(error: unknown, file: string): unknown {
  if (error instanceof RegistryError) return error;
  const { errcode, code, message } = error as { errcode?: number; code?: string; message: string };
  const isSystem = code !== undefined && /^E[A-Z]+$/.test(code);
  if (errcode === undefined && !isSystem) return error;
  const [kind, what] = CODES.get((errcode ?? 0) & 0xff) ?? (['io', 'cannot be used'] as const);
  return new RegistryError(kind, `${file}: ${what}: ${message}`, { cause: error });
}
