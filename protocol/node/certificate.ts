import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension } from '@peculiar/x509';
import { fingerprintOf } from './fingerprint.ts';

/** A key and its self-signed certificate. */
export interface Identity {
  readonly certPem: string;
  readonly keyPem: string;
  readonly certDer: Uint8Array;
  /** SHA-256 over `certDer`, 64 lower-case hex digits. */
  readonly fingerprint: string;
  readonly notAfter: Date;
}

export interface CertificateRequest {
  /** Browsers know no Ed25519 certificates: servers take P-256. */
  readonly algorithm: 'ecdsa-p256' | 'ed25519';
  /** Common name, for people. */
  readonly name: string;
  /** Names and addresses the certificate is valid for; browsers insist on them. */
  readonly hosts?: readonly string[];
  readonly validDays?: number;
}

const DEFAULT_VALID_DAYS = 20 * 365;
const DAY_MS = 86_400_000;
const CLOCK_SKEW_MS = DAY_MS / 24;

const ALGORITHMS = {
  'ecdsa-p256': {
    key: { name: 'ECDSA', namedCurve: 'P-256' },
    signing: { name: 'ECDSA', hash: 'SHA-256' },
  },
  ed25519: { key: { name: 'Ed25519' }, signing: { name: 'Ed25519' } },
} as const;

export async function createIdentity(request: CertificateRequest): Promise<Identity> {
  const algorithm = ALGORITHMS[request.algorithm];
  const keys = (await crypto.subtle.generateKey(algorithm.key, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  const nowMs = Date.now();
  const x509 = await loadX509();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [request.name] }],
    // A terminal without a battery-backed clock may be behind.
    notBefore: new Date(nowMs - CLOCK_SKEW_MS),
    notAfter: new Date(
      nowMs + (request.validDays ?? DEFAULT_VALID_DAYS) * DAY_MS - 2 * CLOCK_SKEW_MS,
    ),
    signingAlgorithm: algorithm.signing,
    keys,
    extensions: extensions(x509, request.hosts ?? []),
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return identityFrom(
    certificate.toString('pem'),
    key.export({ type: 'pkcs8', format: 'pem' }) as string,
  );
}

/** Throws when one of them cannot be read or they do not belong together. */
export function identityFrom(certPem: string, keyPem: string): Identity {
  const certificate = new X509Certificate(certPem);
  if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) {
    throw new Error('the key does not belong to the certificate');
  }
  const certDer = certificate.raw;
  const notAfter = certificate.validToDate;
  return { certPem, keyPem, certDer, fingerprint: fingerprintOf(certDer), notAfter };
}

type X509 = typeof import('@peculiar/x509');

/** Loaded to make a certificate only, which happens once in a program's life on a machine: it is 9 MiB and 50 ms. */
async function loadX509(): Promise<X509> {
  await import('./reflect-metadata.ts');
  return import('@peculiar/x509');
}

function extensions(x509: X509, hosts: readonly string[]): Extension[] {
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const list: Extension[] = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
  ];
  const names = hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host }) as const);
  if (names.length > 0) list.push(new x509.SubjectAlternativeNameExtension(names));
  return list;
}

/** Positive and free of leading zeros, as DER wants it. */
function serialNumber(): string {
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(16)));
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
