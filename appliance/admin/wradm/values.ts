import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { fingerprintOption } from '../../../protocol/node/cli.ts';
import type { TokenKeys } from '../../registry/records.ts';

/* Parsers of what is typed; all throw InvalidArgumentError. */

const KEYS = ['cardKey', 'pinKey', 'software'] as const;

const keyName = (text: string): (typeof KEYS)[number] => {
  const known = KEYS.find((name) => name === text);
  if (known) return known;
  throw new InvalidArgumentError(`expected one of ${KEYS.join(', ')} before "=".`);
};

/** `pinKey=SHA256` */
export function addKey(text: string, before: TokenKeys): TokenKeys {
  const [name = '', hash = ''] = text.split('=', 2);
  return { ...before, [keyName(name)]: fingerprintOption(hash) };
}

/** `FILE` or `cardKey=FILE`: the key of a certificate, PEM or DER. */
export function addCertificate(text: string, before: TokenKeys): TokenKeys {
  const [, name = 'pinKey', file = text] = /^(cardKey|pinKey|software)=(.*)$/.exec(text) ?? [];
  return { ...before, [keyName(name)]: keyOfCertificate(file) };
}

function keyOfCertificate(file: string): string {
  try {
    const certificate = new X509Certificate(readFileSync(file));
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(spki).digest('hex');
  } catch (error) {
    const why = (error as Error).message;
    throw new InvalidArgumentError(`${file}: expected a certificate: ${why}.`);
  }
}

const UNITS = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30min`, `2h`, `7d` in milliseconds. */
export function parseDuration(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,5}) *(min|h|d)$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit as keyof typeof UNITS] ?? 0);
  if (ms >= 1 && ms <= 30 * UNITS.d) return ms;
  throw new InvalidArgumentError('expected a time up to 30d, e.g. 30min, 2h or 7d.');
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,4}$/.test(text) && count >= 1 && count <= 1000) return count;
  throw new InvalidArgumentError('expected a number from 1 to 1000.');
}

export function parseEventId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected the number of an event.');
}

export function parseServerUrl(text: string): URL {
  if (!URL.canParse(text)) throw new InvalidArgumentError('expected https://HOST:PORT.');
  const url = new URL(text);
  if (url.protocol === 'https:' && url.pathname === '/' && !url.search && !url.username) return url;
  throw new InvalidArgumentError('expected https://HOST:PORT.');
}
