import { readBounded } from './bounded-read.ts';
import { isHost } from './candidate.ts';
import type { Lease } from './dhcp-lease.ts';

const MAX_BYTES = 64 * 1024;

/** Domains of this network, best first: those of the leases, then those of resolv.conf. */
export function localDomains(leases: readonly Lease[], resolvConf = '/etc/resolv.conf'): string[] {
  const fromLeases = leases.flatMap(({ domains }) => domains);
  return [...new Set([...fromLeases, ...searchDomains(readBounded(resolvConf, MAX_BYTES) ?? '')])];
}

/** The last `search` or `domain` line counts (resolv.conf(5)). */
export function searchDomains(text: string): string[] {
  const lines = [...text.matchAll(/^(?:search|domain)[ \t]+(.+)$/gm)];
  const names = (lines.at(-1)?.[1] ?? '').split(/\s+/).map((name) => name.replace(/\.$/, ''));
  return names.filter((name) => name !== '' && isHost(name));
}
