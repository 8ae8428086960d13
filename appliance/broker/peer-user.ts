import { readFileSync } from 'node:fs';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** State of a connection in /proc/net/tcp: include/net/tcp_states.h. */
const ESTABLISHED = '01';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Whether the other end of a TCP connection within this machine belongs to a user. The kernel lists every local
 * socket with its owner; the peer's end is the one whose local address is our remote address.
 * @param peer the peer's address and port as the accepted socket gives them
 */
export function peerIsUser(
  uid: number,
  peer: { address: string; port: number },
  ownPort: number,
): boolean {
  const wanted = kernelAddresses(plain(peer.address)).map((hex) => `${hex}:${hexPort(peer.port)}`);
  const remotePort = `:${hexPort(ownPort)}`;
  const owners = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    tcpTable(file)
      .filter(
        (row) =>
          wanted.includes(row.local) &&
          row.remote.endsWith(remotePort) &&
          row.state === ESTABLISHED,
      )
      .map((row) => row.uid),
  );
  // Two users may hold the same local port towards two of our addresses; which of them this is cannot be told.
  return owners.length > 0 && owners.every((owner) => owner === uid);
}

/** Whether only this machine can reach the address. */
export const isLoopback = (address: string): boolean => {
  const at = plain(address);
  return isIPv4(at) ? loopback.check(at) : isIPv6(at) && loopback.check(at, 'ipv6');
};

/** Whether an address is one of this machine: what comes from it may be any of its users. */
export function isOwnAddress(address: string): boolean {
  if (isLoopback(address)) return true;
  const at = plain(address);
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((own) => plain(own.address) === at),
  );
}

/** Without the mapping of IPv4 into IPv6 and without the zone of a link-local address. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** As proc(5) writes them: 32-bit words in the host's order, little-endian wherever this runs. */
function kernelAddresses(address: string): string[] {
  if (isIPv4(address)) {
    const hex = hexOf(address.split('.').map(Number).reverse());
    return [hex, `0000000000000000FFFF0000${hex}`];
  }
  return isIPv6(address) ? [words(ipv6Bytes(address))] : [];
}

function words(bytes: readonly number[]): string {
  return [0, 4, 8, 12].map((at) => hexOf(bytes.slice(at, at + 4).reverse())).join('');
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((g) => parseInt(g, 16)));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<number>(8 - front.length - back.length).fill(0);
  return [...front, ...zeros, ...back].flatMap((group) => [group >> 8, group & 0xff]);
}

const hexOf = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');

const hexPort = (port: number): string => hexOf([port >> 8, port & 0xff]);

function tcpTable(file: string): { local: string; remote: string; state: string; uid: number }[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns.length > 7)
    .map((columns) => ({
      local: columns[1] ?? '',
      remote: columns[2] ?? '',
      state: columns[3] ?? '',
      uid: Number(columns[7]),
    }));
}
