import { readFileSync } from 'node:fs';

const ALLOWED = '/proc/sys/net/ipv4/tcp_allowed_congestion_control';
const USUAL = '/proc/sys/net/ipv4/tcp_congestion_control';

/** Who sets the rate of terminals' connections: `bbr` where everybody may choose it, otherwise what the kernel has for all. */
export function rateControl(read = (path: string): string => readFileSync(path, 'utf8')): string {
  try {
    return /\bbbr\b/.test(read(ALLOWED)) ? 'bbr' : read(USUAL).trim();
  } catch {
    return 'unknown';
  }
}
