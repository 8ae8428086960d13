import { createHash } from 'node:crypto';
import { ConfigError } from '../errors.ts';

/** SHA-256 over a DER certificate, 64 lower-case hex digits: how a peer is known. */
export const fingerprintOf = (der: Uint8Array): string =>
  createHash('sha256').update(der).digest('hex');

export const isFingerprint = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** Accepts upper case and colons, as other tools print them; throws ConfigError. */
export function parseFingerprint(text: string): string {
  const plain = text.replaceAll(':', '').toLowerCase();
  if (isFingerprint(plain)) return plain;
  throw new ConfigError(`fingerprint "${text}": expected 64 hex digits (SHA-256)`);
}
