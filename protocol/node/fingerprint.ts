import { createHash } from 'node:crypto';
import { ConfigError } from '../errors.ts';

/** SHA-256 over a DER certificate, 64 lower-case hex digits: how a peer is known. */
export const fingerprintOf = (der: Uint8Array): string =>
  createHash('sha256').update(der).digest('hex');

/** Accepts upper case and colons, as other tools print them; throws ConfigError. */
export function parseFingerprint(text: string): string {
  const plain = text.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(plain)) return plain;
  throw new ConfigError(`fingerprint "${text}": expected 64 hexadecimal digits (SHA-256)`);
}
