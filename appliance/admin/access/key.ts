import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key for the REST interface as it is kept: whoever reads the file cannot use it. */
export interface KeyRecord {
  /** Part of the key itself, 8 hexadecimal digits. */
  readonly id: string;
  /** Whose it is, for people and the audit log. */
  readonly name: string;
  /** SHA-256 of the key, 64 hexadecimal digits: a key has 256 random bits, so that no slow hash is needed. */
  readonly hash: string;
  readonly createdAtMs: number;
}

const KEY = /^wrk_([0-9a-f]{8})_[A-Za-z0-9_-]{43}$/;
const NOBODY = Buffer.alloc(32);

/** A new key, `wrk_ID_SECRET`; it is told once. */
export function makeKey(name: string, nowMs: number): { key: string; record: KeyRecord } {
  const id = randomBytes(4).toString('hex');
  const key = `wrk_${id}_${randomBytes(32).toString('base64url')}`;
  return { key, record: { id, name, hash: digest(key).toString('hex'), createdAtMs: nowMs } };
}

/** Takes as long for an unknown key as for a wrong one. */
export function findKey(records: readonly KeyRecord[], key: string): KeyRecord | null {
  const id = KEY.exec(key)?.[1] ?? '';
  const record = records.find((known) => known.id === id);
  const expected = record ? Buffer.from(record.hash, 'hex') : NOBODY;
  const right = timingSafeEqual(digest(key), expected);
  return record && right ? record : null;
}

const digest = (key: string): Buffer => createHash('sha256').update(key).digest();
