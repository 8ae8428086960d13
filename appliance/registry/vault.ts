import { Database, type DatabaseOptions, type Durability } from './database.ts';
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
const BATCH = 500;

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

  /** Seals everything anew in one transaction; old keys leave the file only when nothing needs them any more. */
  rotate(): string {
    if (this.#store.writable) this.#replace(this.#ring.withNewKey());
    else this.#ring = this.#store.read();
    this.db.transact('lasting', () => {
      this.#setMeta(KEY_IN_USE, this.#ring.current);
      for (const { table, id } of SEALED) this.#sealAnew(table, id);
    });
    if (this.#store.writable) this.#replace(this.#ring.withoutOldKeys());
    return this.#ring.current;
  }

  #sealAnew(table: SealedTable, idColumn: string): void {
    const page = `SELECT rowid AS row, ${idColumn} AS id, sealed FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${BATCH}`;
    let after = 0;
    for (;;) {
      const rows = this.db.all(page, after);
      for (const { row, id, sealed } of rows) {
        const field = fieldOf(table, id as string | number);
        const anew = this.#ring.seal(this.#unseal(field, sealed), field);
        this.db.run(`UPDATE ${table} SET sealed = ? WHERE rowid = ?`, anew, row ?? 0);
        after = Number(row);
      }
      if (rows.length < BATCH) return;
    }
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
