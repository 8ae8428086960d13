/** What a file has instead of what was expected. The message begins with the key. */
export class KeyError extends Error {
  override name = 'KeyError';
}

/** Gives the value with its type, or throws KeyError naming the key. */
export type Check<T> = (value: unknown, key: string) => T;
export type Table = Readonly<Record<string, unknown>>;

export function expected(key: string, what: string): KeyError {
  return new KeyError(`${key}: expected ${what}`);
}

export const text =
  (maxLength: number, pattern: RegExp, what: string): Check<string> =>
  (value, key) => {
    if (typeof value === 'string' && value.length <= maxLength && pattern.test(value)) return value;
    throw expected(key, what);
  };

export const whole =
  (min: number, max: number): Check<number> =>
  (value, key) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
      return value;
    throw expected(key, `a whole number from ${min} to ${max}`);
  };

/** With or without a fraction. */
export const decimal =
  (min: number, max: number): Check<number> =>
  (value, key) => {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw expected(key, `a number from ${min} to ${max}`);
  };

export const flag: Check<boolean> = (value, key) => {
  if (typeof value === 'boolean') return value;
  throw expected(key, 'true or false');
};

export const listOf =
  <T>(check: Check<T>, max: number): Check<readonly T[]> =>
  (value, key) => {
    if (!Array.isArray(value) || value.length > max)
      throw expected(key, `a list of at most ${max}`);
    return value.map((item, index) => check(item, `${key}[${index}]`));
  };

export const oneOf =
  <const T extends readonly string[]>(...words: T): Check<T[number]> =>
  (value, key) => {
    if (typeof value === 'string' && words.includes(value)) return value;
    throw expected(key, words.map((word) => `"${word}"`).join(' or '));
  };

export const table: Check<Table> = (value, key) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date)
    throw expected(key, 'a table');
  return value as Table;
};

/** A key that is not known may be a mistyped one that matters. */
export function knownKeys(found: Table, known: readonly string[], prefix = ''): void {
  const unknown = Object.keys(found).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw expected(`${prefix}${printable(unknown)}`, `one of the keys ${known.join(', ')}`);
}

/** Keys of a file come into logs and pictures. */
export function printable(word: string, most = 40): string {
  return word.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?').slice(0, most);
}
