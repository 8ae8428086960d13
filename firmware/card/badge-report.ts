import type { BadgeReaderConfig } from '../config/cards.ts';

const ID_BYTES: readonly number[] = [4, 7, 10];

/**
 * @param report as it comes from the device, its own number in front if it has one
 * @returns the badge's number as lower-case hexadecimal digits; null without a badge; undefined for a report that says
 *   nothing of badges
 */
export function badgeIn(
  report: Uint8Array,
  { reportId, idAt, idBytes, reversed }: BadgeReaderConfig,
): string | null | undefined {
  if (reportId !== 0 && report[0] !== reportId) return undefined;
  const body = reportId === 0 ? report : report.subarray(1);
  const length = typeof idBytes === 'number' ? idBytes : body[idBytes.at];
  if (length === undefined) return undefined;
  if (length === 0) return null;
  if (!ID_BYTES.includes(length) || idAt + length > body.length) return undefined;
  const id = Uint8Array.from(body.subarray(idAt, idAt + length));
  if (id.every((byte) => byte === 0)) return null;
  if (reversed) id.reverse();
  return Buffer.from(id).toString('hex');
}
