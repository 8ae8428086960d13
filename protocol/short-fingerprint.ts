const GROUPS = 8;
const DIGITS = 4;

/**
 * The first half of a SHA-256 in groups, for two people to compare: 128 bits, which nobody finds another key for.
 * @param fingerprint lower-case hexadecimal digits
 */
export function shortFingerprint(fingerprint: string): string {
  return Array.from({ length: GROUPS }, (_, at) =>
    fingerprint.slice(at * DIGITS, (at + 1) * DIGITS),
  ).join(' ');
}
