import { readLeases } from './dhcp-lease.ts';
import { dhcpSource } from './dhcp-source.ts';
import { dnsSource } from './dns-source.ts';
import { localDomains } from './local-domains.ts';
import { mdnsSource } from './mdns-source.ts';
import type { Source } from './source.ts';
import { fileSource } from './terminal-file.ts';

/** Where this machine looks for servers, in order. @param file the terminal's own file */
export function systemSources(file: string): Source[] {
  return [
    fileSource(file),
    dhcpSource(readLeases),
    dnsSource({ domains: () => localDomains(readLeases()) }),
    mdnsSource(),
  ];
}
