import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError } from '../../../protocol/errors.ts';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Who signs the certificates of an organisation's cards: any of these, root or not, is trusted as it is. */
export interface CardTrust {
  readonly authorities: readonly X509Certificate[];
}

/** @throws ConfigError naming the file */
export function readCardTrust(file: string): CardTrust {
  try {
    const found = readFileSync(file, 'utf8').match(PEM) ?? [];
    const authorities = found.map((pem) => new X509Certificate(pem));
    if (authorities.length === 0) throw new Error('expected certificates as PEM');
    if (!authorities.every(({ ca }) => ca)) throw new Error('expected authorities only');
    return { authorities };
  } catch (cause) {
    throw new ConfigError(`${file}: ${(cause as Error).message}`, { cause });
  }
}

/** @returns what is wrong with a certificate at a time, for the audit log; null for nothing */
export function certificateFault(
  certificate: X509Certificate,
  trust: CardTrust | null,
  atMs: number,
): string | null {
  const dates = datesFault(certificate, atMs);
  if (dates) return `the certificate ${dates}`;
  if (!trust) return null;
  const issuers = trust.authorities.filter((issuer) => certificate.checkIssued(issuer));
  if (issuers.length === 0) return 'the certificate is of an authority that is not trusted';
  const signed = issuers.filter((issuer) => certificate.verify(issuer.publicKey));
  if (signed.length === 0) return 'the certificate bears a wrong signature';
  const current = signed.some((issuer) => datesFault(issuer, atMs) === null);
  return current ? null : "the authority's certificate is not valid now";
}

function datesFault({ validFrom, validTo }: X509Certificate, atMs: number): string | null {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  if (!Number.isFinite(from) || !Number.isFinite(to)) return 'has no dates that can be read';
  if (atMs < from) return 'is not valid yet';
  return atMs > to ? 'has expired' : null;
}
