import { isIP } from 'node:net';
import { ConfigError } from '../../protocol/errors.ts';

export const DEFAULT_PORT = 7600;
/** Of one answer of one source; more are not tried. */
export const MAX_CANDIDATES = 16;

/** Where a server's address came from, in the order in which they are asked. */
export type Origin = 'command-line' | 'file' | 'dhcp' | 'dns' | 'mdns';

/** For people. */
export const ORIGIN_NAMES: Readonly<Record<Origin, string>> = {
  'command-line': 'Command line',
  file: 'File',
  dhcp: 'DHCP',
  dns: 'DNS',
  mdns: 'Multicast DNS',
};

/** A server that may be tried. */
export interface Candidate {
  readonly host: string;
  readonly port: number;
  /** Fingerprint that its certificate must have; without it the first one seen is trusted. */
  readonly pin?: string;
  readonly origin: Origin;
  /** The file, domain or network that named it. */
  readonly from: string;
}

/** What one source said. */
export interface SourceReport {
  readonly origin: Origin;
  readonly outcome: 'found' | 'nothing' | 'refused';
  /** For people: what was found where, or why nothing was. */
  readonly detail: string;
}

/** What a search found: the candidates of the first source that had any, best first. */
export interface Discovery {
  readonly candidates: readonly Candidate[];
  /** Of every source that was asked. */
  readonly reports: readonly SourceReport[];
}

export const addressOf = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Whether it is an IP address or a host name that a resolver may be asked for. */
export function isHost(host: string): boolean {
  if (isIP(host) !== 0) return true;
  return host.length <= 253 && /^(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$/.test(host);
}

/**
 * HOST, HOST:PORT, [IPv6] or [IPv6]:PORT; port 7600 without one.
 * @param where named in the error
 * @throws ConfigError
 */
export function parseServer(text: string, where: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([^\s:[\]]{1,253}))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  const right = match?.[1] === undefined ? isHost(host) : isIP(host) === 6;
  if (!match || !right || port < 1 || port > 65_535)
    throw new ConfigError(`${where}: expected HOST:PORT, got ${JSON.stringify(text.slice(0, 64))}`);
  return { host, port };
}
