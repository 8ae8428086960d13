/**
 * The code of a page that a terminal shows, e.g. `WR-4-7QK2`: the page's number and what tells this showing from others.
 * It is read over the telephone, so that what sounds or looks alike is one.
 */
const PAGE_CODE = /^(?:WR)?(\d{1,3})-?([0-9A-Z]{4})$/;

/** One spelling for each code; null for what is none. */
export function pageCodeKey(text: string): string | null {
  const typed = text
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '-');
  const match = PAGE_CODE.exec(typed.replace(/^WR-/, 'WR'));
  if (!match) return null;
  const [, page = '', rest = ''] = match;
  return `WR-${Number(page)}-${rest.replace(/O/g, '0').replace(/[IL]/g, '1')}`;
}
