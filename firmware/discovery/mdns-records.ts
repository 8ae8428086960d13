import { type Candidate, isHost } from './candidate.ts';
import { type DnsRecord, type Question, RECORD } from './dns-message.ts';
import { orderServers } from './rfc2782.ts';
import { parsePins, pinOf } from './txt-record.ts';

export const SERVICES = ['_wayray._tcp.local', '_wayray._udp.local'] as const;
/** All that is kept of what a network says within one search. */
const MAX_RECORDS = 256;

/** What was said in answer to one search, and what is still to be asked. */
export class MdnsRecords {
  readonly #records: DnsRecord[] = [];

  add(records: readonly DnsRecord[]): void {
    this.#records.push(...records.slice(0, MAX_RECORDS - this.#records.length));
  }

  /** Questions whose answers are missing: servers' places, then addresses. */
  get missing(): Question[] {
    const services = this.#instances.filter((name) => !this.#of('SRV', name));
    const hosts = this.#services.map(({ target }) => target).filter((host) => !this.#of('A', host));
    return [
      ...services.flatMap((name) => [
        { name, type: RECORD.srv },
        { name, type: RECORD.txt },
      ]),
      ...[...new Set(hosts)].map((name) => ({ name, type: RECORD.a })),
    ].slice(0, 16);
  }

  /** @throws ProtocolError when a fingerprint cannot be read */
  candidates(random?: () => number): Candidate[] {
    const found = this.#services.flatMap(({ name, target, port, priority, weight }) => {
      const address = this.#of('A', target)?.address;
      if (!address || port === 0 || !isHost(target)) return [];
      const pin = pinOf(parsePins([this.#of('TXT', name)?.strings ?? []]), target);
      const candidate: Candidate = {
        host: address,
        port,
        ...(pin ? { pin } : {}),
        origin: 'mdns',
        from: name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 128),
      };
      return [{ priority, weight, candidate }];
    });
    const ordered = orderServers(found, random).map(({ candidate }) => candidate);
    const seen = new Set<string>();
    return ordered.filter(({ host, port }) => {
      const address = `${host}:${port}`;
      return !seen.has(address) && seen.add(address);
    });
  }

  get #instances(): string[] {
    const targets = this.#records.flatMap((record) =>
      record.type === 'PTR' && SERVICES.some((service) => isSame(service, record.name))
        ? [record.target]
        : [],
    );
    return [...new Set(targets)];
  }

  get #services(): Extract<DnsRecord, { type: 'SRV' }>[] {
    return this.#instances.flatMap((name) => this.#of('SRV', name) ?? []);
  }

  /** The first word on a thing counts. */
  #of<T extends DnsRecord['type']>(
    type: T,
    name: string,
  ): Extract<DnsRecord, { type: T }> | undefined {
    return this.#records.find(
      (record): record is Extract<DnsRecord, { type: T }> =>
        record.type === type && isSame(record.name, name),
    );
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
