import { randomInt } from 'node:crypto';
import { PageKind } from '../../../protocol/generated/control.ts';

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 4;

/** Pages that a person may ask an administrator about. */
const TROUBLE: ReadonlySet<PageKind> = new Set([
  PageKind.unknownCard,
  PageKind.refused,
  PageKind.failed,
  PageKind.waitingApproval,
  PageKind.revoked,
  PageKind.nameConflict,
  PageKind.busy,
]);

export const isTrouble = (page: PageKind): boolean => TROUBLE.has(page);

/** `WR-0`: says which page it is and no more. */
export const plainCode = (page: PageKind): string => `WR-${page}`;

/** `WR-2-7QK2`, by which this showing of a page of trouble can be found in the events. */
export function pageCode(page: PageKind): string {
  const drawn = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return `${plainCode(page)}-${drawn.join('')}`;
}

export const pageName = (page: PageKind): string =>
  Object.entries(PageKind).find(([, value]) => value === page)?.[0] ?? String(page);
