import { type LocatingToken, makeToken, tokenText } from '../../protocol/session/token.ts';
import { checkHash, checkText, pageSize } from './checks.ts';
import type { Row } from './database.ts';
import { RegistryError } from './errors.ts';
import type { RegistryLimits, TokenHash, TokenRecord } from './records.ts';
import type { Page, TokenRegistry } from './registry.ts';
import type { Vault } from './vault.ts';

type Sealed = Pick<TokenRecord, 'user' | 'label'>;

export class TokenTable implements TokenRegistry {
  readonly #vault: Vault;
  readonly #limits: RegistryLimits;
  readonly #now: () => number;

  constructor(vault: Vault, limits: RegistryLimits, now: () => number) {
    this.#vault = vault;
    this.#limits = limits;
    this.#now = now;
  }

  hash({ kind, id }: LocatingToken): TokenHash {
    return this.#vault.hash('token', tokenText(makeToken(kind, id)));
  }

  async add(
    token: LocatingToken,
    { user, label = '' }: { readonly user: string; readonly label?: string },
  ): Promise<TokenRecord> {
    const sealed: Sealed = {
      user: checkText('token user', user, { min: 1 }),
      label: checkText('token label', label),
    };
    const hash = this.hash(token);
    const registeredAtMs = this.#now();
    const { db } = this.#vault;
    this.#vault.write('lasting', () => {
      if (db.get('SELECT 1 FROM token WHERE hash = ?', hash)) {
        throw new RegistryError('exists', 'the token is registered already');
      }
      const count = Number(db.get('SELECT count(*) AS n FROM token')?.['n']);
      if (count >= this.#limits.tokens) {
        throw new RegistryError('full', `there are ${count} tokens, no more are kept`);
      }
      db.run(
        'INSERT INTO token VALUES (?, ?, ?, ?, NULL, ?)',
        hash,
        token.kind,
        this.#vault.hash('user', user),
        registeredAtMs,
        this.#vault.seal('token', hash, sealed),
      );
    });
    return { hash, kind: token.kind, ...sealed, registeredAtMs, seenAtMs: null };
  }

  async find(hash: TokenHash): Promise<TokenRecord | null> {
    const sql = 'UPDATE token SET seen_at_ms = ? WHERE hash = ? RETURNING *';
    checkHash('token', hash);
    const row = this.#vault.write('ordinary', () => this.#vault.db.get(sql, this.#now(), hash));
    return row ? this.#read(row) : null;
  }

  async ofUser(user: string): Promise<readonly TokenRecord[]> {
    const sql = 'SELECT * FROM token WHERE user_hash = ? ORDER BY hash';
    return this.#vault.db.all(sql, this.#vault.hash('user', user)).map((row) => this.#read(row));
  }

  async list({ after = '', limit }: Page = {}): Promise<readonly TokenRecord[]> {
    const sql = 'SELECT * FROM token WHERE hash > ? ORDER BY hash LIMIT ?';
    return this.#vault.db.all(sql, after, pageSize(limit)).map((row) => this.#read(row));
  }

  async remove(hash: TokenHash): Promise<void> {
    const sql = 'DELETE FROM token WHERE hash = ?';
    const removed = this.#vault.write('lasting', () => this.#vault.db.run(sql, hash));
    if (removed === 0) throw new RegistryError('not-found', 'there is no such token');
  }

  #read(row: Row): TokenRecord {
    const hash = row['hash'] as string;
    return {
      hash,
      kind: row['kind'] as TokenRecord['kind'],
      ...(this.#vault.unseal('token', hash, row['sealed']) as Sealed),
      registeredAtMs: Number(row['registered_at_ms']),
      seenAtMs: row['seen_at_ms'] as number | null,
    };
  }
}
