import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../protocol/errors.ts';
import { makeFolder } from '../../protocol/node/make-folder.ts';
import {
  type CardReader,
  type CardReaderEvents,
  type Proof,
  ProofError,
  type ProofRequest,
} from './card-reader.ts';

const READER = 'software token';
const MAX_FILE_BYTES = 4096;

export interface SoftwareTokenOptions {
  /** Private key, PKCS #8 PEM, mode 0600; made when it is missing. */
  readonly file: string;
  /** CLOCK_MONOTONIC */
  readonly nowUs: () => number;
  /** It lies there from the start; default true. */
  readonly inserted?: boolean;
}

/** An Ed25519 key in a file that stands for a card: it can be brought and taken as one. */
export class SoftwareToken implements CardReader {
  /** SHA-256 of the public key (SPKI), 64 hex digits. */
  readonly id: string;
  readonly #key: KeyObject;
  readonly #spki: Buffer;
  readonly #nowUs: () => number;
  #events: CardReaderEvents | null = null;
  #insertion = 0;
  #inserted: boolean;

  /** @throws ConfigError when the file cannot be read or made, is no such key, or others may read it */
  constructor({ file, nowUs, inserted = true }: SoftwareTokenOptions) {
    this.#key = readKey(file) ?? makeKey(file);
    this.#spki = createPublicKey(this.#key).export({ type: 'spki', format: 'der' });
    this.id = createHash('sha256').update(this.#spki).digest('hex');
    this.#nowUs = nowUs;
    this.#inserted = inserted;
  }

  listen(events: CardReaderEvents): void {
    this.#events = events;
    if (this.#inserted) this.#tellInserted();
  }

  names(): readonly string[] {
    return [READER];
  }

  /** Brings it; does nothing when it is there. */
  insert(): void {
    if (this.#inserted) return;
    this.#inserted = true;
    this.#tellInserted();
  }

  /** Takes it away; does nothing when it is not there. */
  remove(): void {
    if (!this.#inserted) return;
    this.#inserted = false;
    const insertion = this.#insertion;
    queueMicrotask(() => this.#events?.removed(insertion));
  }

  async prove({ insertion, key, text }: ProofRequest): Promise<Proof> {
    if (!this.#inserted || insertion !== this.#insertion)
      throw new ProofError('removed', 'the software token is not there');
    if (key !== 'cardKey') throw new ProofError('noKey', 'a software token has no PIN');
    return { certificate: this.#spki, signature: sign(null, text, this.#key) };
  }

  async pinTriesLeft(): Promise<null> {
    return null;
  }

  [Symbol.dispose](): void {
    this.#events = null;
  }

  #tellInserted(): void {
    const insertion = ++this.#insertion;
    const eventUs = this.#nowUs();
    queueMicrotask(() =>
      this.#events?.inserted({
        insertion,
        reader: READER,
        kind: 'software',
        tokenId: this.id,
        atr: new Uint8Array(0),
        keys: { cardKey: true, pinKey: false },
        eventUs,
      }),
    );
  }
}

/** @returns null when there is no file */
function readKey(file: string): KeyObject | null {
  const bytes = Buffer.alloc(MAX_FILE_BYTES);
  try {
    const fd = openSync(file, 'r');
    try {
      checkPrivate(file, fstatSync(fd).mode);
      const length = readSync(fd, bytes);
      return ed25519(file, createPrivateKey(bytes.toString('utf8', 0, length)));
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw unusable(file, `cannot be read as a private key: ${code}`, cause);
  } finally {
    bytes.fill(0);
  }
}

function checkPrivate(file: string, mode: number): void {
  if ((mode & 0o077) !== 0) throw unusable(file, 'others may read it; its mode must be 0600');
}

function ed25519(file: string, key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw unusable(file, `expected an Ed25519 key, not ${key.asymmetricKeyType}`);
}

function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    makeFolder(dirname(file));
    const fd = openSync(file, 'wx', 0o600);
    try {
      writeSync(fd, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw unusable(file, `cannot be written: ${(cause as NodeJS.ErrnoException).code}`, cause);
  }
  return privateKey;
}

const unusable = (file: string, why: string, cause?: unknown): ConfigError =>
  new ConfigError(`software token ${file}: ${why}`, { cause });
