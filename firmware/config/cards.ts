import {
  type Check,
  expected,
  flag,
  KeyError,
  knownKeys,
  listOf,
  oneOf,
  table,
  text,
  whole,
} from './checks.ts';

/** How a badge's number stands in the reports of a HID reader, and when it counts as inserted. */
export interface BadgeReaderConfig {
  readonly vendorId: number;
  readonly productId: number;
  /** Part of what the device calls itself, where others have the same numbers; null: any. */
  readonly name: string | null;
  /** Of the interface, where the device has several; null: the first one. */
  readonly usagePage: number | null;
  /** Number of the reports to look at; 0: the device does not number them. */
  readonly reportId: number;
  /** Feature report that is sent again and again to ask for the badge; null: the reader tells by itself. */
  readonly ask: Uint8Array | null;
  /** Of the answer to `ask`. */
  readonly answerBytes: number;
  readonly pollMs: number;
  /** Where the number begins, behind the report's own number. */
  readonly idAt: number;
  /** 4, 7 or 10, or where in the report its length stands. */
  readonly idBytes: number | { readonly at: number };
  /** The last byte comes first. */
  readonly reversed: boolean;
  /** A badge that was not seen for so long is gone. */
  readonly goneMs: number;
  /** What takes the session away: the same badge once more, or that it lies there no longer. */
  readonly leaves: 'tap' | 'absence';
}

/** What the section [cards] of terminal.toml says. */
export interface CardsConfig {
  /** Parts of readers' names, the most preferred first; `*` for all others. */
  readonly readers: readonly string[];
  readonly badgeReaders: readonly BadgeReaderConfig[];
}

export const CARDS_DEFAULTS: CardsConfig = { readers: ['*'], badgeReaders: [] };

const MAX_READERS = 16;
const REPORT_MAX_BYTES = 64;
const NAME = text(128, /^[\x20-\x7e]+$/, 'a part of a reader\'s name, or "*"');
const DEVICE = text(9, /^[0-9a-f]{4}:[0-9a-f]{4}$/i, '"VENDOR:PRODUCT" as lsusb shows it');
const HEX = text(2 * REPORT_MAX_BYTES, /^(?:[0-9a-f]{2})+$/i, 'hexadecimal digits');
const BADGE_KEYS = [
  'device',
  'name',
  'usage-page',
  'report-id',
  'ask',
  'answer-bytes',
  'poll-ms',
  'id-at',
  'id-bytes',
  'id-bytes-at',
  'reversed',
  'gone-ms',
  'leaves',
] as const;

/** @throws KeyError naming the key. @param where the section's name */
export function parseCards(value: unknown, where: string): CardsConfig {
  const section = table(value, where);
  knownKeys(section, ['readers', 'badge-readers'], `${where}.`);
  const { readers, 'badge-readers': badges } = section;
  return {
    readers: readers === undefined ? CARDS_DEFAULTS.readers : names(readers, `${where}.readers`),
    badgeReaders:
      badges === undefined
        ? CARDS_DEFAULTS.badgeReaders
        : listOf(badgeReader, MAX_READERS)(badges, `${where}.badge-readers`),
  };
}

/** "none", or a list. */
const names: Check<readonly string[]> = (value, key) =>
  value === 'none' ? [] : listOf(NAME, MAX_READERS)(value, key);

const badgeReader: Check<BadgeReaderConfig> = (value, key) => {
  const found = table(value, key);
  knownKeys(found, BADGE_KEYS, `${key}.`);
  const take = <T>(name: (typeof BADGE_KEYS)[number], check: Check<T>, otherwise: T): T =>
    found[name] === undefined ? otherwise : check(found[name], `${key}.${name}`);
  const [vendorId = 0, productId = 0] = DEVICE(found['device'], `${key}.device`)
    .split(':')
    .map((digits) => Number.parseInt(digits, 16));
  const ask = take<string | null>('ask', HEX, null);
  const config: BadgeReaderConfig = {
    vendorId,
    productId,
    name: take<string | null>('name', NAME, null),
    usagePage: take<number | null>('usage-page', whole(0, 0xffff), null),
    reportId: take('report-id', whole(0, 255), 0),
    ask: ask === null ? null : Uint8Array.from(Buffer.from(ask, 'hex')),
    answerBytes: take('answer-bytes', whole(1, REPORT_MAX_BYTES), 8),
    pollMs: take('poll-ms', whole(50, 5_000), 250),
    idAt: take('id-at', whole(0, REPORT_MAX_BYTES - 1), 0),
    idBytes: idBytes(found, key, take),
    reversed: take('reversed', flag, false),
    goneMs: take('gone-ms', whole(100, 60_000), 1_000),
    leaves: take('leaves', oneOf('tap', 'absence'), 'tap'),
  };
  checkAsked(config, key);
  return config;
};

/** One of them: cards' numbers have 4, 7 or 10 bytes, and some readers tell how many. */
function idBytes(
  found: Readonly<Record<string, unknown>>,
  key: string,
  take: <T>(name: 'id-bytes' | 'id-bytes-at', check: Check<T>, otherwise: T) => T,
): BadgeReaderConfig['idBytes'] {
  if (found['id-bytes-at'] === undefined) return take('id-bytes', length, 4);
  if (found['id-bytes'] !== undefined) throw new KeyError(`${key}.id-bytes: id-bytes-at is there`);
  return { at: take('id-bytes-at', whole(0, REPORT_MAX_BYTES - 1), 0) };
}

const length: Check<number> = (value, key) => {
  if (value === 4 || value === 7 || value === 10) return value;
  throw expected(key, '4, 7 or 10');
};

function checkAsked({ ask, answerBytes, pollMs, goneMs }: BadgeReaderConfig, key: string): void {
  if (!ask) return;
  if (ask.length > answerBytes) throw expected(`${key}.ask`, 'no more bytes than answer-bytes');
  if (goneMs < pollMs) throw expected(`${key}.gone-ms`, 'no less than poll-ms');
}
