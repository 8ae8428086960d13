import { Database, type DatabaseOptions, type Durability, type Row } from './database.ts';
import { RegistryError } from './errors.ts';
import type { HashPurpose, KeyRing } from './key-ring.ts';
import { createKeys, type KeyStore } from './key-store.ts';

const KEY_CHECK = 'key_check';
const KEY_IN_USE = 'key_in_use';

/** Columns that hold sealed fields, each with the column that its record is known by. */
const SEALED = [
  { table: 'session', id: 'id' },
  { table: 'token', id: 'hash' },
  { table: 'event', id: 'id' },
] as const;
/** Some milliseconds of work. */
const BATCH = 200;

export type SealedTable = (typeof SEALED)[number]['table'];

/** A database together with the keys of what is sealed in it. */
export class Vault {
  readonly db: Database;
  readonly #store: KeyStore;
  #ring: KeyRing;

  /** @throws RegistryError, also wrong-key when the keys are not the ones of this database */
  constructor(db: Database, store: KeyStore) {
    this.db = db;
    this.#store = store;
    if (this.#meta(KEY_CHECK) === null) createKeys(store);
    this.#ring = store.read();
    db.transact('lasting', () => this.#checkKeys());
  }

  static open(file: string, store: KeyStore, options: DatabaseOptions): Vault {
    const db = new Database(file, options);
    try {
      return new Vault(db, store);
    } catch (error) {
      db[Symbol.dispose]();
      throw error;
    }
  }

  /** A transaction that may seal. */
  write<T>(durability: Durability, action: () => T): T {
    return this.db.transact(durability, () => {
      this.#followRotation();
      return action();
    });
  }

  hash(purpose: HashPurpose, text: string): string {
    return this.#ring.hash(purpose, text);
  }

  /** Only within `write`: outside of it the key may have been replaced by another process. */
  seal(table: SealedTable, id: string | number, value: unknown): Buffer {
    return this.#ring.seal(JSON.stringify(value), fieldOf(table, id));
  }

  /** @throws RegistryError tampered, wrong-key */
  unseal(table: SealedTable, id: string | number, sealed: unknown): unknown {
    return JSON.parse(this.#unseal(fieldOf(table, id), sealed));
  }

  /**
   * Seals everything anew, in steps between which others go on. Every key that something may still be sealed with stays
   * in the file until the end, so that it may break off anywhere.
   */
  async rotate(): Promise<string> {
    const key = this.db.transact('lasting', () => this.#takeNewKey());
    for (const { table, id } of SEALED) await this.#sealAnew(table, id);
    this.db.transact('lasting', () => this.#dropOldKeys(key));
    return key;
  }

  /** Within a transaction: of two processes that rotate at once, the second one finds the new key of the first. */
  #takeNewKey(): string {
    const known = this.#store.read();
    if (this.#store.writable) this.#replace(known.withNewKey());
    else this.#ring = known;
    this.#setMeta(KEY_IN_USE, this.#ring.current);
    return this.#ring.current;
  }

  /** Whoever put the last key into use cleans up: only then nothing is sealed with another. */
  #dropOldKeys(key: string): void {
    if (this.#store.writable && this.#meta(KEY_IN_USE) === key) {
      this.#replace(this.#store.read().withoutOldKeys());
    }
  }

  async #sealAnew(table: SealedTable, idColumn: string): Promise<void> {
    const columns = `rowid AS row, ${idColumn} AS id, sealed`;
    const page = `SELECT ${columns} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${BATCH}`;
    let after: number | null = 0;
    while (after !== null) {
      const from: number = after;
      after = this.write('lasting', () => this.#sealPage(table, this.db.all(page, from)));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** @returns the last row of the page, null after the last page */
  #sealPage(table: SealedTable, rows: readonly Row[]): number | null {
    for (const { row, id, sealed } of rows) {
      const field = fieldOf(table, id as string | number);
      const anew = this.#ring.seal(this.#unseal(field, sealed), field);
      this.db.run(`UPDATE ${table} SET sealed = ? WHERE rowid = ?`, anew, row ?? 0);
    }
    return rows.length < BATCH ? null : Number(rows.at(-1)?.['row']);
  }

  #unseal(field: string, sealed: unknown): string {
    if (!(sealed instanceof Uint8Array))
      throw new RegistryError('tampered', `${field}: not sealed`);
    try {
      return this.#ring.open(sealed, field);
    } catch (error) {
      if ((error as RegistryError).code !== 'wrong-key') throw error;
      // Another process has put a new key into use.
      this.#ring = this.#store.read();
      return this.#ring.open(sealed, field);
    }
  }

  /** Whoever seals with a key that was replaced would leave a field behind that nobody can open. */
  #followRotation(): void {
    const inUse = this.#meta(KEY_IN_USE);
    if (!inUse || this.#ring.has(inUse)) return;
    this.#ring = this.#store.read();
    if (!this.#ring.has(inUse)) throw this.#wrongKey();
  }

  #checkKeys(): void {
    const check = this.#ring.hash('key-check', KEY_CHECK);
    const known = this.#meta(KEY_CHECK);
    if (known === null) {
      this.#setMeta(KEY_CHECK, check);
      this.#setMeta(KEY_IN_USE, this.#ring.current);
    } else if (known !== check) throw this.#wrongKey();
    const inUse = this.#meta(KEY_IN_USE);
    if (inUse && !this.#ring.has(inUse)) throw this.#wrongKey();
  }

  #wrongKey(): RegistryError {
    const { where } = this.#store;
    return new RegistryError('wrong-key', `${where}: not the keys of ${this.db.file}`);
  }

  #replace(ring: KeyRing): void {
    this.#store.write(ring);
    this.#ring = ring;
  }

  #meta(name: string): string | null {
    const row = this.db.get('SELECT value FROM meta WHERE name = ?', name);
    return (row?.['value'] as string | undefined) ?? null;
  }

  #setMeta(name: string, value: string): void {
    const sql =
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
    this.db.run(sql, name, value);
  }
}

const fieldOf = (table: SealedTable, id: string | number): string => `${table} ${id}`;
