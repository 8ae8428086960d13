import type { SrvRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { ProtocolError } from '../../protocol/errors.ts';
import { type Candidate, isHost, MAX_CANDIDATES } from './candidate.ts';
import { orderServers } from './rfc2782.ts';
import type { Answer, Source } from './source.ts';
import { parsePins, pinOf } from './txt-record.ts';

/** The transport is TLS over TCP, so `_tcp` counts first; `_udp` names the same servers at the same port. */
const SERVICES = ['_wayray._tcp', '_wayray._udp'] as const;
const TIMEOUT_MS = 2000;
const TRIES = 2;
const MAX_DOMAINS = 4;
/** For all of it: both tries of the SRV records, the second of which waits twice as long, and the TXT records after. */
const DEADLINE_TIMEOUTS = 4;
/** There is no such record: an answer, unlike silence. */
const ABSENT = ['ENOTFOUND', 'ENODATA'];

export interface DnsSourceOptions {
  /** Domains to ask in, best first. */
  readonly domains: () => readonly string[];
  /** ADDRESS or ADDRESS:PORT; default: what the system uses */
  readonly nameServers?: readonly string[];
  readonly timeoutMs?: number;
  readonly random?: () => number;
}

/** Servers that SRV records of the network's domains name, with their fingerprints from TXT records at the same name. */
export function dnsSource(options: DnsSourceOptions): Source {
  return {
    origin: 'dns',
    async find() {
      const domains = options.domains().slice(0, MAX_DOMAINS);
      if (domains.length === 0) return { candidates: [], nothing: 'no domain is known' };
      const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
      const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
      if (options.nameServers) resolver.setServers(options.nameServers);
      const deadline = setTimeout(() => resolver.cancel(), timeoutMs * DEADLINE_TIMEOUTS);
      try {
        return await firstAnswer(resolver, domains, options.random);
      } finally {
        clearTimeout(deadline);
        // Of domains that count for less, answers may still be on their way.
        resolver.cancel();
      }
    },
  };
}

async function firstAnswer(
  resolver: Resolver,
  domains: readonly string[],
  random?: () => number,
): Promise<Answer> {
  const silent: string[] = [];
  // All at once: a name server that says nothing costs its timeout once.
  const asking = domains.map((domain) =>
    Promise.all(SERVICES.map((service) => ask(resolver, service, domain))),
  );
  for (const one of asking) {
    const answers = await one;
    const found = answers.find((answer) => answer !== null && typeof answer === 'object');
    if (found) return { candidates: await candidates(resolver, found, random), nothing: '' };
    silent.push(...answers.filter((answer) => typeof answer === 'string'));
  }
  const asked = `no SRV record ${SERVICES.join(' or ')} in ${domains.join(', ')}`;
  return { candidates: [], nothing: silent.length > 0 ? `${asked} (${silent[0]})` : asked };
}

interface Found {
  readonly name: string;
  readonly records: readonly SrvRecord[];
}

/** @returns the usable records, null when there are none, words when nobody says so */
async function ask(
  resolver: Resolver,
  service: string,
  domain: string,
): Promise<Found | string | null> {
  const name = `${service}.${domain}`;
  try {
    const records = usableRecords(await resolver.resolveSrv(name));
    return records.length > 0 ? { name, records } : null;
  } catch (error) {
    const code = codeOf(error);
    return ABSENT.includes(code) ? null : `${code} for ${name}`;
  }
}

/** What the deadline ends has taken too long. */
function codeOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ECANCELLED' ? 'ETIMEOUT' : code;
}

/** The target "." says that the service is decidedly not there. */
export function usableRecords(records: readonly SrvRecord[]): SrvRecord[] {
  const isUsable = ({ name, port }: SrvRecord): boolean => isHost(name) && port > 0;
  return records.filter(isUsable).slice(0, MAX_CANDIDATES);
}

async function candidates(
  resolver: Resolver,
  { name, records }: Found,
  random?: () => number,
): Promise<Candidate[]> {
  return serversOf(name, records, await texts(resolver, name), random);
}

/** @param strings of the TXT records at the same name. @throws ProtocolError when a fingerprint cannot be read */
export function serversOf(
  name: string,
  records: readonly SrvRecord[],
  strings: readonly (readonly string[])[],
  random?: () => number,
): Candidate[] {
  const pins = parsePins(strings);
  return orderServers(records, random).map(({ name: host, port }) => {
    const pin = pinOf(pins, host);
    return { host, port, ...(pin ? { pin } : {}), origin: 'dns', from: name };
  });
}

/** @throws ProtocolError when nobody says whether there are any: a lost answer must not take a fingerprint away */
async function texts(resolver: Resolver, name: string): Promise<string[][]> {
  try {
    return await resolver.resolveTxt(name);
  } catch (cause) {
    const code = codeOf(cause);
    if (ABSENT.includes(code)) return [];
    throw new ProtocolError('unexpected', 'DNS TXT', `${code} for ${name}`, { cause });
  }
}
