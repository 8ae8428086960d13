import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

const CLASS_NET = '/sys/class/net';
const MAX_INTERFACES = 16;

export interface NetworkInterface {
  readonly name: string;
  /** It is up, and there is somebody at the other end. */
  readonly link: boolean;
  /** With prefix lengths; link-local ones of IPv6 are left out. */
  readonly addresses: readonly string[];
}

/** What there is of a network: enough to say what is missing. */
export interface Network {
  /** Without the loopback. */
  readonly interfaces: readonly NetworkInterface[];
  readonly state: 'no-network' | 'no-address' | 'up';
}

export function readNetwork(folder = CLASS_NET): Network {
  const addresses = addressesByName();
  const names = [...new Set([...interfaceNames(folder), ...addresses.keys()])].sort();
  const interfaces = names.slice(0, MAX_INTERFACES).map((name) => ({
    name,
    // Node names only those that are up and have a link.
    link: addresses.has(name) || linkOf(join(folder, name)),
    addresses: addresses.get(name) ?? [],
  }));
  return { interfaces, state: stateOf(interfaces) };
}

function stateOf(interfaces: readonly NetworkInterface[]): Network['state'] {
  if (interfaces.some(({ addresses }) => addresses.length > 0)) return 'up';
  return interfaces.some(({ link }) => link) ? 'no-address' : 'no-network';
}

function addressesByName(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, all = []] of Object.entries(networkInterfaces())) {
    const outer = all.filter(({ internal }) => !internal);
    if (outer.length === 0) continue;
    const shown = outer.filter(({ address }) => !address.startsWith('fe80:'));
    found.set(
      name,
      shown.map(({ cidr, address }) => cidr ?? address),
    );
  }
  return found;
}

function interfaceNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name !== 'lo' && !isVirtualEnd(folder, name));
  } catch {
    return [];
  }
}

/** Tunnels that every kernel has and nobody uses: they have no hardware address. */
function isVirtualEnd(folder: string, name: string): boolean {
  return /^(00:?)*$/.test(read(join(folder, name, 'address')) ?? '');
}

/** The file cannot be read while an interface is down. */
function linkOf(folder: string): boolean {
  return read(join(folder, 'carrier')) === '1';
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    return null;
  }
}
