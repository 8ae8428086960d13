import { ConfigError } from '../../protocol/errors.ts';
import { filesIn, readBounded } from './bounded-read.ts';
import { isHost } from './candidate.ts';

/** What is of use in what a DHCP client left of a lease. */
export interface Lease {
  /** The file. */
  readonly from: string;
  /** Option 43 as it came, null when there was none. */
  readonly vendorOption: Uint8Array | null;
  /** Option 60 of the answer, null when there was none or the client does not keep it. */
  readonly vendorClass: string | null;
  /** Options 15 and 119: domains of this network. */
  readonly domains: readonly string[];
}

/** Where one client leaves its leases, and how it writes them. */
export interface LeaseFormat {
  readonly folder: string;
  readonly names: RegExp;
  parse(text: string, from: string): Lease[];
}

const MAX_FILES = 32;
const MAX_BYTES = 1024 * 1024;
const MAX_DOMAINS = 4;

/** Clients that are read. The terminal brings none of its own. */
export const LEASE_FORMATS: readonly LeaseFormat[] = [
  { folder: '/run/wayray/dhcp', names: /^[\w.-]+\.env$/, parse: parseEnvironment },
  { folder: '/run/systemd/netif/leases', names: /^\d+$/, parse: parseNetworkd },
  { folder: '/var/lib/dhcp', names: /^dhclient[\w.-]*\.leases$/, parse: parseDhclient },
];

/** @throws ConfigError when a lease cannot be read or understood */
export function readLeases(formats: readonly LeaseFormat[] = LEASE_FORMATS): Lease[] {
  return formats.flatMap(({ folder, names, parse }) =>
    filesIn(folder, names, MAX_FILES).flatMap((file) => {
      const text = readBounded(file, MAX_BYTES);
      return text === null ? [] : parse(text, file);
    }),
  );
}

/** NAME=value per line, as the image's script for udhcpc writes it; option 43 in hex. */
export function parseEnvironment(text: string, from: string): Lease[] {
  const said = assignments(text);
  return [
    {
      from,
      vendorOption: hex(said.get('opt43') ?? '', from),
      vendorClass: said.get('opt60') || null,
      domains: domainsOf([said.get('domain') ?? '', said.get('search') ?? '']),
    },
  ];
}

/** systemd-networkd keeps option 43, but not option 60 of the answer. */
export function parseNetworkd(text: string, from: string): Lease[] {
  const said = assignments(text);
  return [
    {
      from,
      vendorOption: hex(said.get('VENDOR_SPECIFIC') ?? '', from),
      vendorClass: null,
      domains: domainsOf([said.get('DOMAINNAME') ?? '', said.get('DOMAIN_SEARCH_LIST') ?? '']),
    },
  ];
}

/** dhclient appends a block for each lease: the last one of each interface counts. */
export function parseDhclient(text: string, from: string): Lease[] {
  const latest = new Map<string, string>();
  for (const [, body = ''] of text.matchAll(/^lease6? \{\n([^}]*)^\}/gm))
    latest.set(/^\s*interface "([^"\n]*)";$/m.exec(body)?.[1] ?? '', body);
  return [...latest.values()].map((body) => ({
    from,
    vendorOption: bytesOf(option(body, 'vendor-encapsulated-options'), from),
    vendorClass: unquoted(option(body, 'vendor-class-identifier')),
    domains: domainsOf([
      unquoted(option(body, 'domain-name')) ?? '',
      option(body, 'domain-search').replaceAll(/[",]/g, ' '),
    ]),
  }));
}

function assignments(text: string): Map<string, string> {
  const said = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match) said.set(match[1] as string, match[2] as string);
  }
  return said;
}

function option(body: string, name: string): string {
  return new RegExp(`^\\s*option ${name} (.*);$`, 'm').exec(body)?.[1] ?? '';
}

function unquoted(value: string): string | null {
  return /^"([^"\\]*)"$/.exec(value)?.[1] ?? null;
}

/** Text in quotes with \" \\ and octal escapes, or hex bytes with colons: dhclient writes either. */
function bytesOf(value: string, from: string): Uint8Array | null {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  if (quoted === undefined) {
    const padded = value.split(':').map((byte) => (value ? byte.padStart(2, '0') : ''));
    return hex(padded.join(''), from);
  }
  const plain = quoted.replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : code,
  );
  return Buffer.from(plain, 'latin1');
}

function hex(digits: string, from: string): Uint8Array | null {
  if (digits === '') return null;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(digits))
    throw new ConfigError(`${from}: option 43: expected hex digits`);
  return Buffer.from(digits, 'hex');
}

function domainsOf(values: readonly string[]): string[] {
  const names = values
    .flatMap((value) => value.split(/\s+/))
    .map((name) => name.replace(/\.$/, ''));
  return [...new Set(names.filter((name) => name !== '' && isHost(name)))].slice(0, MAX_DOMAINS);
}
