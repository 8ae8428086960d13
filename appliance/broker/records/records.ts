import { isIP } from 'node:net';
import type { HostPort } from '../options.ts';

/** What terminals have to know to find a server and to know it again. */
export interface ServerPlace extends HostPort {
  /** SHA-256 of its certificate, lower-case hexadecimal digits. */
  readonly fingerprint: string;
}

const VENDOR_CLASS = 'wayray-1';
/** Sub-options of DHCP option 43. */
const SUB = { server: 1, fingerprint: 2 } as const;

export const addressOf = ({ host, port }: HostPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** terminal.toml of a terminal. */
export const terminalFile = (place: ServerPlace): string =>
  `server = "${addressOf(place)}"\npin = "${place.fingerprint}"`;

const txtStrings = ({ fingerprint }: ServerPlace): string[] => [
  `v=${VENDOR_CLASS}`,
  `sha256=${fingerprint}`,
];

/**
 * Lines of a zone file. null for an address: SRV records lead to names.
 * @param domain of the terminals; what their DHCP lease or resolv.conf says
 */
export function dnsRecords(place: ServerPlace, domain: string): string | null {
  if (isIP(place.host) !== 0) return null;
  const name = `_wayray._tcp.${domain}.`;
  const target = place.host.includes('.') ? place.host : `${place.host}.${domain}`;
  const strings = [...txtStrings(place), `host=${target}`].map((string) => `"${string}"`);
  return `${name} IN SRV 10 10 ${place.port} ${target}.\n${name} IN TXT ${strings.join(' ')}`;
}

/** The value of DHCP option 43 for the vendor class `wayray-1`. */
export function vendorOption(place: ServerPlace): Buffer {
  const address = Buffer.from(addressOf(place), 'latin1');
  const fingerprint = Buffer.from(place.fingerprint, 'hex');
  return Buffer.concat([
    Buffer.of(SUB.server, address.length),
    address,
    Buffer.of(SUB.fingerprint, fingerprint.length),
    fingerprint,
  ]);
}

/** Lines for dnsmasq.conf. The whole option at once: dnsmasq turns the order of sub-options around. */
export function dnsmasqLines(place: ServerPlace): string {
  const bytes = vendorOption(place)
    .toString('hex')
    .replace(/..(?=.)/g, '$&:');
  return `dhcp-vendorclass=set:wayray,${VENDOR_CLASS}\ndhcp-option=tag:wayray,43,${bytes}`;
}

/** The file with which Avahi says it to the network. */
export function avahiService(place: ServerPlace): string {
  const records = txtStrings(place).map((string) => `    <txt-record>${string}</txt-record>`);
  return [
    '<?xml version="1.0" standalone="no"?>',
    '<!DOCTYPE service-group SYSTEM "avahi-service.dtd">',
    '<service-group>',
    '  <name replace-wildcards="yes">WayRay on %h</name>',
    '  <service>',
    '    <type>_wayray._tcp</type>',
    `    <port>${place.port}</port>`,
    ...records,
    '  </service>',
    '</service-group>',
  ].join('\n');
}

/** All of it, for an administrator to take from. */
export function recordsText(place: ServerPlace, domain: string): string {
  const dns = dnsRecords(place, domain) ?? '# SRV records lead to names: give one with --host.';
  return [
    `# Terminals find this server, ${addressOf(place)}, by any of these.`,
    `# Its fingerprint is ${place.fingerprint}.`,
    `\n# 1. A terminal's /etc/wayray/terminal.toml\n${terminalFile(place)}`,
    `\n# 2. DHCP option 43 for the vendor class ${VENDOR_CLASS}, in hexadecimal digits`,
    vendorOption(place).toString('hex'),
    `# The same for dnsmasq\n${dnsmasqLines(place)}`,
    `\n# 3. DNS, in the zone ${domain}\n${dns}`,
    '\n# 4. Multicast DNS: wrsrvd records --avahi > /etc/avahi/services/wayray.service',
  ].join('\n');
}
