import { PAGE_NUMBERS, type PageName, WORDS } from './words.ts';

/** What is shown instead of a session. Plain data: a terminal draws it, a browser writes it. */
export interface Page {
  readonly name: PageName;
  readonly headline: string;
  readonly detail: string;
  /** What an administrator looks up, e.g. WR-2-7KQ4; may be empty. */
  readonly code: string;
  /** The PIN page: how many digits were typed. */
  readonly dots?: number;
  /** A line of its own: a fingerprint that people compare. */
  readonly note?: string;
  /** A page that is a list instead of a few large words. */
  readonly sections?: readonly PageSection[];
}

export interface PageSection {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Label and value; the label may be empty. */
export type Row = readonly [label: string, value: string];

const MAX_LINE = 1024;
const MAX_CODE = 24;

/** The words of a page; a detail or code that the server sends takes the place of its own. */
export function makePage(name: PageName, detail = '', code = ''): Page {
  const words = WORDS[name];
  return {
    name,
    headline: words.headline,
    detail: plain(detail, MAX_LINE) || words.detail,
    code: plain(code, MAX_CODE) || `WR-${PAGE_NUMBERS[name]}`,
  };
}

/** The words of devices and networks come from outside. Control characters are no words, and XML has none of them; others would turn the line around. */
export function plain(text: string, most: number): string {
  const printable = text.replace(/[\p{Cc}\p{Bidi_Control}\ufffe\uffff]+/gu, ' ');
  return printable.toWellFormed().trim().slice(0, most).toWellFormed();
}
