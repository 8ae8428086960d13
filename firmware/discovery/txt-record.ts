import { ProtocolError } from '../../protocol/errors.ts';
import { isFingerprint } from '../../protocol/node/fingerprint.ts';
import { isHost } from './candidate.ts';

const VERSION = 'v=wayray-1';
const MAX_RECORDS = 32;
const MAX_BYTES = 4096;
const WHERE = 'DNS TXT';

/** Fingerprints by host in lower case; '' is for hosts without one of their own. */
export type Pins = ReadonlyMap<string, string>;

/**
 * Fingerprints in TXT records: `v=wayray-1` `sha256=…` and, when servers differ, `host=…`, each a string of the record.
 * Records without the version are somebody else's, unknown keys are passed over.
 * @throws ProtocolError when one of ours is wrong: a fingerprint that cannot be read must not count as none
 */
export function parsePins(records: readonly (readonly string[])[]): Pins {
  const pins = new Map<string, string>();
  for (const strings of records.slice(0, MAX_RECORDS)) {
    if (!strings.includes(VERSION)) continue;
    const { host, sha256 } = fields(strings);
    if (sha256 === undefined) continue;
    const name = normalHost(host ?? '');
    if (pins.has(name) && pins.get(name) !== sha256)
      throw new ProtocolError('unexpected', WHERE, 'two fingerprints for one host');
    pins.set(name, sha256);
  }
  return pins;
}

/** @returns the fingerprint that a host must have, if any is known */
export function pinOf(pins: Pins, host: string): string | undefined {
  return pins.get(normalHost(host)) ?? pins.get('');
}

function fields(strings: readonly string[]): { host?: string; sha256?: string } {
  const found: { host?: string; sha256?: string } = {};
  if (strings.reduce((sum, { length }) => sum + length, 0) > MAX_BYTES)
    throw new ProtocolError('too-long', WHERE, `more than ${MAX_BYTES} bytes`);
  for (const string of strings) {
    const key = /^(host|sha256)=/.exec(string)?.[1] as 'host' | 'sha256' | undefined;
    if (!key) continue;
    if (found[key] !== undefined) throw new ProtocolError('unexpected', WHERE, `${key} twice`);
    const value = string.slice(key.length + 1);
    found[key] = key === 'sha256' ? fingerprint(value) : hostName(value);
  }
  return found;
}

function fingerprint(value: string): string {
  const plain = value.replaceAll(':', '').toLowerCase();
  if (!isFingerprint(plain)) throw new ProtocolError('malformed', WHERE, 'sha256 is no SHA-256');
  return plain;
}

function hostName(value: string): string {
  const name = normalHost(value);
  if (!isHost(name)) throw new ProtocolError('malformed', WHERE, 'host is no host name');
  return name;
}

function normalHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
