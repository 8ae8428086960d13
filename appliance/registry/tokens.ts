import { type LocatingToken, makeToken, tokenText } from '../../protocol/session/token.ts';
import { checkHash, checkOneOf, checkText, pageSize } from './checks.ts';
import type { Row } from './database.ts';
import { RegistryError } from './errors.ts';
import type {
  KnownTokenHash,
  RegistryLimits,
  TokenHash,
  TokenKeys,
  TokenRecord,
} from './records.ts';
import type { Page, TokenOwner, TokenRegistry } from './registry.ts';
import type { Vault } from './vault.ts';

type Sealed = Pick<TokenRecord, 'user' | 'label' | 'shownName' | 'keys' | 'learnsKeys'>;

/** What records do not have that were sealed before tokens had it. */
const NOTHING_MORE = { shownName: null, keys: {}, learnsKeys: false };

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

  async add(token: LocatingToken, owner: TokenOwner): Promise<TokenRecord> {
    return this.#insert({ hash: this.hash(token), kind: token.kind }, sealedOf(owner));
  }

  async addKnown({ hash, kind }: KnownTokenHash, owner: TokenOwner): Promise<TokenRecord> {
    checkHash('token', hash);
    checkOneOf('token kind', kind, KINDS);
    const sealed = sealedOf(owner);
    const learnsKeys = Object.keys(sealed.keys).length === 0;
    return this.#insert({ hash, kind }, { ...sealed, learnsKeys });
  }

  #insert({ hash, kind }: KnownTokenHash, sealed: Sealed): TokenRecord {
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
        kind,
        this.#vault.hash('user', sealed.user),
        registeredAtMs,
        this.#vault.seal('token', hash, sealed),
      );
    });
    return { hash, kind, ...sealed, registeredAtMs, seenAtMs: null };
  }

  async setKeys(hash: TokenHash, keys: TokenKeys): Promise<TokenRecord> {
    checkHash('token', hash);
    const checked = checkKeys(keys);
    const sql = 'UPDATE token SET sealed = ? WHERE hash = ?';
    return this.#vault.write('lasting', () => {
      const row = this.#vault.db.get('SELECT * FROM token WHERE hash = ?', hash);
      if (!row) throw notFound();
      const record = { ...this.#read(row), keys: checked, learnsKeys: false };
      const { user, label, shownName } = record;
      const sealed: Sealed = { user, label, shownName, keys: checked, learnsKeys: false };
      this.#vault.db.run(sql, this.#vault.seal('token', hash, sealed), hash);
      return record;
    });
  }

  async find(hash: TokenHash): Promise<TokenRecord | null> {
    const sql = 'UPDATE token SET seen_at_ms = ? WHERE hash = ? RETURNING *';
    checkHash('token', hash);
    const row = this.#vault.write('ordinary', () => this.#vault.db.get(sql, this.#now(), hash));
    return row ? this.#read(row) : null;
  }

  async get(hash: TokenHash): Promise<TokenRecord | null> {
    const row = this.#vault.db.get('SELECT * FROM token WHERE hash = ?', hash);
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
    if (removed === 0) throw notFound();
  }

  #read(row: Row): TokenRecord {
    const hash = row['hash'] as string;
    return {
      hash,
      kind: row['kind'] as TokenRecord['kind'],
      ...NOTHING_MORE,
      ...(this.#vault.unseal('token', hash, row['sealed']) as Sealed),
      registeredAtMs: Number(row['registered_at_ms']),
      seenAtMs: row['seen_at_ms'] as number | null,
    };
  }
}

/** @throws RegistryError invalid */
const sealedOf = ({ user, label = '', shownName = null, keys = {} }: TokenOwner): Sealed => ({
  user: checkText('token user', user, { min: 1 }),
  label: checkText('token label', label),
  shownName: shownName && checkText('token shownName', shownName, { max: 64 }),
  keys: checkKeys(keys),
  learnsKeys: false,
});

const KINDS = ['smartCard', 'badge', 'software'] as const;
const KEY_NAMES = ['cardKey', 'pinKey', 'software'] as const;

/** @returns only the keys that are there */
function checkKeys(keys: TokenKeys): TokenKeys {
  for (const name of Object.keys(keys)) checkOneOf('token key', name, KEY_NAMES);
  const given = KEY_NAMES.flatMap((name) => {
    const key = keys[name];
    return key === undefined ? [] : [[name, checkHash(`token ${name}`, key)] as const];
  });
  return Object.fromEntries(given);
}

const notFound = () => new RegistryError('not-found', 'there is no such token');
