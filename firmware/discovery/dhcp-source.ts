import type { Lease } from './dhcp-lease.ts';
import { parseVendorOption, VENDOR_CLASS } from './dhcp-option.ts';
import type { Source } from './source.ts';

/** Servers that the network's DHCP server names. */
export function dhcpSource(leases: () => readonly Lease[]): Source {
  return {
    origin: 'dhcp',
    async find() {
      const all = leases();
      const ours = all.filter(isForUs);
      const candidates = ours.flatMap(({ vendorOption, from }) =>
        vendorOption ? parseVendorOption(vendorOption, from) : [],
      );
      return { candidates, nothing: why(all, ours) };
    },
  };
}

/** Option 43 means something else to every vendor: an answer for another one is not read. */
function isForUs({ vendorClass, vendorOption }: Lease): boolean {
  return vendorOption !== null && (vendorClass === null || vendorClass === VENDOR_CLASS);
}

function why(all: readonly Lease[], ours: readonly Lease[]): string {
  if (all.length === 0) return 'no lease';
  if (ours.length > 0) return 'option 43 names no server';
  return all.some(({ vendorOption }) => vendorOption !== null)
    ? 'option 43 is for another vendor'
    : 'a lease without option 43';
}
