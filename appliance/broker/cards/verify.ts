import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { type CardProofSubject, cardProofText } from '../../../protocol/session/card-proof.ts';
import { type CardTrust, certificateFault } from './trust.ts';

export type ProofVerdict =
  /** `key`: SHA-256 of the SPKI, 64 hexadecimal digits. */
  | { readonly good: true; readonly key: string }
  /** For the audit log; holds nothing that was sent. */
  | { readonly good: false; readonly why: string };

export interface ProofToVerify {
  readonly subject: CardProofSubject;
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
  /** The key that is registered for this token and slot; null while the token is being registered. */
  readonly registeredKey: string | null;
  readonly trust: CardTrust | null;
  /** Wall clock. */
  readonly atMs: number;
}

interface Scheme {
  /** Null where the algorithm hashes by itself. */
  readonly hash: 'sha256' | 'sha384' | null;
}

/**
 * Says whether a card holds the registered key. Whatever is wrong, the answer is a verdict: all of this comes from a
 * terminal.
 */
export function verifyCardProof(proof: ProofToVerify): ProofVerdict {
  try {
    return proof.subject.token.kind === 'software' ? verifySoftware(proof) : verifyCard(proof);
  } catch {
    // OpenSSL's words may quote what was sent.
    return refused('the certificate or key cannot be read');
  }
}

function verifyCard(proof: ProofToVerify): ProofVerdict {
  const certificate = new X509Certificate(proof.certificate);
  if (Buffer.compare(certificate.raw, proof.certificate) !== 0)
    return refused('there is more than a certificate');
  const verdict = verifySignature(proof, certificate.publicKey);
  if (!verdict.good) return verdict;
  const fault = certificateFault(certificate, proof.trust, proof.atMs);
  return fault ? refused(fault) : verdict;
}

/** The token's number is its key's hash, so that another key can never speak for it. */
function verifySoftware(proof: ProofToVerify): ProofVerdict {
  const key = createPublicKey({
    key: Buffer.from(proof.certificate),
    format: 'der',
    type: 'spki',
  });
  if (spkiHash(key) !== proof.subject.token.id) return refused("the key is not the token's");
  return verifySignature(proof, key);
}

function verifySignature(proof: ProofToVerify, key: KeyObject): ProofVerdict {
  const hash = spkiHash(key);
  if (proof.registeredKey !== null && hash !== proof.registeredKey)
    return refused('another key than the registered one');
  const scheme = schemeOf(key, proof.subject.token.kind === 'software');
  if (!scheme) return refused('a kind of key that is not allowed');
  const text = cardProofText(proof.subject);
  const right = verify(scheme.hash, text, { key, dsaEncoding: 'der' }, proof.signature);
  return right ? { good: true, key: hash } : refused('the signature is wrong');
}

function schemeOf(key: KeyObject, software: boolean): Scheme | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key;
  if (software) return type === 'ed25519' ? { hash: null } : null;
  if (type === 'ec' && details.namedCurve === 'prime256v1') return { hash: 'sha256' };
  if (type === 'ec' && details.namedCurve === 'secp384r1') return { hash: 'sha384' };
  // The padding of such a key is PKCS #1 v1.5 unless told otherwise.
  const length = details.modulusLength ?? 0;
  return type === 'rsa' && (length === 2048 || length === 3072) ? { hash: 'sha256' } : null;
}

const spkiHash = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

const refused = (why: string): ProofVerdict => ({ good: false, why });
