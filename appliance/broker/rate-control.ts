import { readFileSync } from 'node:fs';

const FOLDER = '/proc/sys/net/ipv4';
const ALLOWED = `${FOLDER}/tcp_allowed_congestion_control`;
const AVAILABLE = `${FOLDER}/tcp_available_congestion_control`;
const USUAL = `${FOLDER}/tcp_congestion_control`;
const OWN = '/proc/self/status';
/** capabilities(7); may choose what others may not. */
const CAP_NET_ADMIN = 12n;

/** Who sets the rate of terminals' connections: `bbr` where we may choose it, otherwise what the kernel has for all. */
export function rateControl(read = (path: string): string => readFileSync(path, 'utf8')): string {
  try {
    const choice = isPrivileged(read(OWN)) ? AVAILABLE : ALLOWED;
    return /\bbbr\b/.test(read(choice)) ? 'bbr' : read(USUAL).trim();
  } catch {
    return 'unknown';
  }
}

function isPrivileged(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> CAP_NET_ADMIN) & 1n) === 1n;
}
