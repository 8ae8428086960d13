import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { RegistryError } from './errors.ts';

const HEAD = 'wayray-registry-keys 1';
const SECRET_BYTES = 32;
const MAX_KEYS = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ID_BYTES = 4;
const SEALED_VERSION = 1;
const HEAD_BYTES = 1 + ID_BYTES + NONCE_BYTES + TAG_BYTES;

interface SealKey {
  readonly id: string;
  readonly secret: Buffer;
  /** Derived from the secret. */
  readonly key: Buffer;
}

export type HashPurpose = 'token' | 'user' | 'enrolment' | 'key-check';

/**
 * The secrets of a registry: one for keyed hashes, which stays for ever (what was hashed is not kept, so it could not
 * be hashed again), and those that seal fields, of which the last one is in use and the others can still open.
 */
export class KeyRing {
  readonly #hashSecret: Buffer;
  readonly #seals: readonly SealKey[];
  readonly #hashKeys = new Map<HashPurpose, Buffer>();

  private constructor(hashSecret: Buffer, seals: readonly SealKey[]) {
    this.#hashSecret = hashSecret;
    this.#seals = seals;
  }

  static generate(): KeyRing {
    return new KeyRing(randomBytes(SECRET_BYTES), [newSeal()]);
  }

  /** @param where the file, for the message. @throws RegistryError key-malformed naming the line */
  static parse(text: string, where: string): KeyRing {
    const [head, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
    const bad = (what: string) => new RegistryError('key-malformed', `${where}: ${what}`);
    if (head !== HEAD) throw bad(`expected "${HEAD}" in the first line`);
    let hashSecret: Buffer | null = null;
    const seals: SealKey[] = [];
    for (const [index, line] of lines.entries()) {
      const [kind, ...values] = line.trim().split(/\s+/);
      const secret = Buffer.from(values.at(-1) ?? '', 'base64url');
      const shape = kind === 'hash' ? values.length === 1 : kind === 'seal' && values.length === 2;
      if (!shape || secret.length !== SECRET_BYTES) throw bad(`line ${index + 2} is no key`);
      if (kind === 'hash') {
        if (hashSecret) throw bad('two keys for hashing');
        hashSecret = secret;
      } else seals.push(sealKey(values[0] ?? '', secret, bad));
    }
    if (!hashSecret || seals.length === 0) throw bad('expected a hash key and a seal key');
    if (seals.length > MAX_KEYS) throw bad(`more than ${MAX_KEYS} keys`);
    if (new Set(seals.map(({ id }) => id)).size < seals.length) throw bad('two keys of one id');
    return new KeyRing(hashSecret, seals);
  }

  toText(): string {
    const seals = this.#seals.map(({ id, secret }) => `seal ${id} ${secret.toString('base64url')}`);
    return [HEAD, `hash ${this.#hashSecret.toString('base64url')}`, ...seals, ''].join('\n');
  }

  /** Id of the key that seals. */
  get current(): string {
    return this.#last.id;
  }

  has(id: string): boolean {
    return this.#seals.some((seal) => seal.id === id);
  }

  /** The same keys and a new one, which seals from now on. */
  withNewKey(): KeyRing {
    return new KeyRing(this.#hashSecret, [...this.#seals, newSeal()]);
  }

  withoutOldKeys(): KeyRing {
    return new KeyRing(this.#hashSecret, [this.#last]);
  }

  /** HMAC-SHA-256, 64 hexadecimal digits; the same text gives another hash for another purpose. */
  hash(purpose: HashPurpose, text: string): string {
    const key = this.#hashKeys.get(purpose) ?? derive(this.#hashSecret, `hash ${purpose}`);
    this.#hashKeys.set(purpose, key);
    return createHmac('sha256', key).update(text).digest('hex');
  }

  /** AES-256-GCM. @param field which field of which record, so that it opens nowhere else */
  seal(plain: string, field: string): Buffer {
    const { id, key } = this.#last;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const head = Buffer.concat([Buffer.of(SEALED_VERSION), Buffer.from(id, 'hex'), nonce]);
    cipher.setAAD(Buffer.from(field));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([head, cipher.getAuthTag(), body]);
  }

  /** @throws RegistryError tampered, or wrong-key when the key is not on this ring */
  open(sealed: Uint8Array, field: string): string {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < HEAD_BYTES || bytes[0] !== SEALED_VERSION) {
      throw new RegistryError('tampered', `${field}: not a sealed field`);
    }
    const id = bytes.toString('hex', 1, 1 + ID_BYTES);
    const seal = this.#seals.find((one) => one.id === id);
    if (!seal)
      throw new RegistryError('wrong-key', `${field}: sealed with key ${id}, which is not here`);
    const nonce = bytes.subarray(1 + ID_BYTES, 1 + ID_BYTES + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', seal.key, nonce);
    decipher.setAAD(Buffer.from(field));
    decipher.setAuthTag(bytes.subarray(HEAD_BYTES - TAG_BYTES, HEAD_BYTES));
    try {
      return (
        decipher.update(bytes.subarray(HEAD_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch (cause) {
      throw new RegistryError('tampered', `${field}: changed outside the registry`, { cause });
    }
  }

  get #last(): SealKey {
    const last = this.#seals.at(-1);
    if (!last) throw new Error('a key ring without a key');
    return last;
  }
}

const newSeal = (): SealKey =>
  seal(randomBytes(ID_BYTES).toString('hex'), randomBytes(SECRET_BYTES));

const seal = (id: string, secret: Buffer): SealKey => ({ id, secret, key: derive(secret, 'seal') });

function sealKey(id: string, secret: Buffer, bad: (what: string) => Error): SealKey {
  if (!/^[0-9a-f]{8}$/.test(id)) throw bad('the id of a key has 8 hexadecimal digits');
  return seal(id, secret);
}

const derive = (secret: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `wayray registry ${purpose}`, SECRET_BYTES));
