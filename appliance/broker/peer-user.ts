import { readFileSync } from 'node:fs';

/** State of a connection in /proc/net/tcp: include/net/tcp_states.h. */
const ESTABLISHED = '01';

/**
 * Whether the other end of a loopback TCP connection belongs to a user. The kernel lists every local socket with
 * its owner; the peer's end is the one whose local address is our remote address.
 * @param peer the peer's address and port as the accepted socket gives them
 */
export function peerIsUser(
  uid: number,
  peer: { address: string; port: number },
  ownPort: number,
): boolean {
  const local = kernelAddress(peer);
  if (local === null) return false;
  const remotePort = `:${hexOf(ownPort)}`;
  return tcpTable(local.length > 13 ? '/proc/net/tcp6' : '/proc/net/tcp').some(
    (row) =>
      row.local === local &&
      row.remote.endsWith(remotePort) &&
      row.state === ESTABLISHED &&
      row.uid === uid,
  );
}

export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(?:::ffff:)?127\./.test(address);

/** IPv4 on loopback only: little-endian hex address and big-endian hex port, as in proc(5). ::1 likewise. */
function kernelAddress({ address, port }: { address: string; port: number }): string | null {
  const hexPort = hexOf(port);
  if (address === '::1') return `00000000000000000000000001000000:${hexPort}`;
  const octets = /^(?:::ffff:)?(127)\.(\d+)\.(\d+)\.(\d+)$/.exec(address)?.slice(1).map(Number);
  if (!octets) return null;
  const hex = octets.reverse().map((octet) => octet.toString(16).toUpperCase().padStart(2, '0'));
  return `${hex.join('')}:${hexPort}`;
}

const hexOf = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

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
