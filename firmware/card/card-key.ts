import { constants, createHash, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { unzipSync } from 'node:zlib';
import { CardError } from './card-error.ts';

/** A key of a card as its certificate tells: how PIV names it, and how its signatures are made. */
export interface CardKey {
  readonly certificate: Uint8Array;
  /** Algorithm identifier of NIST SP 800-78-4, table 6-2. */
  readonly algorithm: number;
  readonly hash: 'sha256' | 'sha384';
  readonly publicKey: KeyObject;
}

/** What fits the wire's CardProof. */
const CERTIFICATE_MAX_BYTES = 4_096;
const SIGNATURE_MAX_BYTES = 512;
const RSA_BYTES = 256;
/** DigestInfo with SHA-256 (RFC 8017 9.2, note 1). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const ALGORITHMS = {
  prime256v1: { algorithm: 0x11, hash: 'sha256' },
  secp384r1: { algorithm: 0x14, hash: 'sha384' },
  rsa2048: { algorithm: 0x07, hash: 'sha256' },
} as const;

/** @throws CardError `unsupported` for a certificate that cannot be read and for a key of another kind */
export function cardKeyOf(certificate: Uint8Array): CardKey {
  if (certificate.length > CERTIFICATE_MAX_BYTES)
    throw unsupported('a certificate of over 4096 bytes');
  const publicKey = publicKeyOf(certificate);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  const name = type === 'rsa' ? `rsa${details?.modulusLength}` : details?.namedCurve;
  if (!name || !Object.hasOwn(ALGORITHMS, name))
    throw unsupported(`a key of the kind ${name ?? type}`);
  return { certificate, publicKey, ...ALGORITHMS[name as keyof typeof ALGORITHMS] };
}

/** Of gzip or zlib's format. @throws CardError `unsupported` */
export function unpackCertificate(packed: Uint8Array): Uint8Array {
  try {
    return unzipSync(packed, { maxOutputLength: CERTIFICATE_MAX_BYTES });
  } catch (cause) {
    throw unsupported('a packed certificate that does not unpack', cause);
  }
}

function publicKeyOf(certificate: Uint8Array): KeyObject {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch (cause) {
    throw unsupported('a certificate that cannot be read', cause);
  }
}

/** What the card is given to sign: the digest of the text, for RSA within its padded block. */
export function signingInput(key: CardKey, text: Uint8Array): Uint8Array {
  const digest = createHash(key.hash).update(text).digest();
  if (key.publicKey.asymmetricKeyType !== 'rsa') return digest;
  const info = Buffer.concat([SHA256_INFO, digest]);
  const filling = Buffer.alloc(RSA_BYTES - info.length - 3, 0xff);
  return Buffer.concat([Buffer.of(0, 1), filling, Buffer.of(0), info]);
}

/** A broken card, or one that holds another key than its certificate says, is found here and not at the server. */
export function isSignature(key: CardKey, text: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length > SIGNATURE_MAX_BYTES) return false;
  const options =
    key.publicKey.asymmetricKeyType === 'rsa'
      ? { key: key.publicKey, padding: constants.RSA_PKCS1_PADDING }
      : { key: key.publicKey, dsaEncoding: 'der' as const };
  return verify(key.hash, text, options, signature);
}

const unsupported = (what: string, cause?: unknown) =>
  new CardError('unsupported', `the card has ${what}`, { cause });
