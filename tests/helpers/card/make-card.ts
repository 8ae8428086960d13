import '../../../protocol/node/reflect-metadata.ts';
import { randomBytes } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';
import type { CacSpec, CardKeySpec, KeyAlgorithm, PivSpec } from './spec.ts';

const ALGORITHMS = {
  p256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  p384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  rsa2048: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
} as const;

/** Whoever signs certificates of cards; its key is a P-256 one. */
export interface CardIssuer {
  readonly name: string;
  readonly keys: { readonly privateKey: unknown };
}

/** @param issuer the key itself if absent */
export async function makeCardKey(
  algorithm: KeyAlgorithm,
  name = 'a card',
  issuer?: CardIssuer,
): Promise<CardKeySpec> {
  const algorithmOfKey = ALGORITHMS[algorithm];
  const keys = (await crypto.subtle.generateKey(algorithmOfKey, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: randomBytes(8).toString('hex'),
    subject: [{ CN: [name] }],
    issuer: issuer?.name ?? [{ CN: [name] }],
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 86_400_000),
    signingAlgorithm: issuer ? ALGORITHMS.p256 : algorithmOfKey,
    signingKey: (issuer?.keys.privateKey as CryptoKey | undefined) ?? keys.privateKey,
    publicKey: keys.publicKey,
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    algorithm,
    pkcs8: Buffer.from(pkcs8).toString('base64'),
    certificate: Buffer.from(certificate.rawData).toString('base64'),
  };
}

/** A PIV card with a key in 9A and one in 9E, PIN 123456, three tries; anything can be set otherwise. */
export async function makePivCard(
  options: Partial<PivSpec> & { algorithm?: KeyAlgorithm; atr?: string } = {},
): Promise<PivSpec & { atr?: string }> {
  const { algorithm = 'p256', ...set } = options;
  return {
    kind: 'piv',
    guid: randomBytes(16).toString('hex'),
    keys: set.keys ?? { '9a': await makeCardKey(algorithm), '9e': await makeCardKey(algorithm) },
    pin: '123456',
    tries: 3,
    ...set,
  };
}

/** A CAC card with an RSA key, PIN 123456, three tries; anything can be set otherwise. */
export async function makeCacCard(options: Partial<CacSpec> = {}): Promise<CacSpec> {
  const key = options.key ?? (await makeCardKey('rsa2048'));
  return { kind: 'cac', pin: '123456', tries: 3, ...options, key };
}
