import '../../../../protocol/node/reflect-metadata.ts';
import { createHash, createPrivateKey, type KeyObject, sign, webcrypto } from 'node:crypto';
import { type CardProofSubject, cardProofText } from '../../../../protocol/session/card-proof.ts';
import { type LocatingToken, makeToken } from '../../../../protocol/session/token.ts';

// The container of its dependencies asks for metadata when it is loaded.
const x509 = await import('@peculiar/x509');
x509.cryptoProvider.set(webcrypto as unknown as Crypto);

type KeyKind = 'p256' | 'p384' | 'p521' | 'rsa2048' | 'rsa1024';

const ALGORITHMS: Readonly<Record<KeyKind, EcKeyGenParams | RsaHashedKeyGenParams>> = {
  p256: { name: 'ECDSA', namedCurve: 'P-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384' },
  p521: { name: 'ECDSA', namedCurve: 'P-521' },
  rsa2048: rsa(2048),
  rsa1024: rsa(1024),
};

function rsa(modulusLength: number): RsaHashedKeyGenParams {
  const publicExponent = Uint8Array.of(1, 0, 1);
  return { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent, hash: 'SHA-256' };
}

/** A card as far as proofs go: a number, a key and its certificate. */
export interface TestCard {
  readonly token: LocatingToken;
  readonly certificate: Uint8Array;
  /** SHA-256 of the SPKI. */
  readonly key: string;
  readonly prove: (subject: CardProofSubject) => Uint8Array;
}

export interface TestAuthority {
  readonly pem: string;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly name: string;
}

export async function makeAuthority(name = 'CN=Cards'): Promise<TestAuthority> {
  const keys = await generate('p256');
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    keys: keys as CryptoKeyPair,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  return { pem: certificate.toString('pem'), keys, name };
}

export async function makeCard(
  options: {
    readonly id?: string;
    readonly kind?: KeyKind;
    readonly authority?: TestAuthority;
    readonly notBefore?: Date;
    readonly notAfter?: Date;
  } = {},
): Promise<TestCard> {
  const { id = '00112233445566778899aabbccddeeff', kind = 'p256', authority } = options;
  const keys = await generate(kind);
  const signer = authority?.keys ?? keys;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Ann',
    issuer: authority?.name ?? 'CN=Ann',
    publicKey: keys.publicKey as CryptoKey,
    signingKey: signer.privateKey as CryptoKey,
    notBefore: options.notBefore ?? new Date(Date.now() - 3_600_000),
    notAfter: options.notAfter ?? new Date(Date.now() + 3_600_000),
    signingAlgorithm: {
      name: 'ECDSA',
      hash: 'SHA-256',
      ...(signer.privateKey.algorithm as object),
    },
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey));
  const secret = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    token: makeToken('smartCard', id),
    certificate: new Uint8Array(certificate.rawData),
    key: createHash('sha256').update(spki).digest('hex'),
    prove: (subject) => signed(secret, kind === 'p384' ? 'sha384' : 'sha256', subject),
  };
}

export const signed = (
  key: KeyObject,
  hash: string | null,
  subject: CardProofSubject,
): Uint8Array => sign(hash, cardProofText(subject), key);

const generate = (kind: KeyKind): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHMS[kind], true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
