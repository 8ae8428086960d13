import { RegistryError } from './errors.ts';
import type { Details } from './records.ts';

/* What callers hand in comes from wires and administrators: it is checked again where it is kept. */

const ID = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const HEX_64 = /^[0-9a-f]{64}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const MAX_DETAILS = 32;
const MAX_DETAILS_BYTES = 4096;

/** @returns the value. @throws RegistryError `invalid` naming the field, as all of these */
export function checkId(field: string, value: string): string {
  if (typeof value === 'string' && ID.test(value)) return value;
  throw invalid(field, 'letters, digits and ._:/@-, at most 128');
}

export function checkHash(field: string, value: string): string {
  if (typeof value === 'string' && HEX_64.test(value)) return value;
  throw invalid(field, '64 hexadecimal digits');
}

export function checkText(field: string, value: string, { min = 0, max = 256 } = {}): string {
  if (typeof value === 'string' && value.isWellFormed() && !CONTROL.test(value)) {
    if (value.length >= min && value.length <= max) return value;
  }
  throw invalid(field, `${min} to ${max} characters, none of them a control character`);
}

export function checkOneOf<T extends string>(field: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw invalid(field, `one of ${known.join(', ')}`);
}

export function checkWhole(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(field, 'a whole number, 0 or more');
}

export function checkDetails(field: string, details: Details): Details {
  const entries = Object.entries(details);
  if (entries.length > MAX_DETAILS) throw invalid(field, `at most ${MAX_DETAILS} entries`);
  for (const [name, value] of entries) {
    checkText(`${field} name`, name, { min: 1, max: 64 });
    const scalar = value === null || ['string', 'boolean'].includes(typeof value);
    if (!scalar && !Number.isFinite(value))
      throw invalid(`${field}.${name}`, 'text, number, true, false or null');
  }
  if (Buffer.byteLength(JSON.stringify(details)) > MAX_DETAILS_BYTES) {
    throw invalid(field, `at most ${MAX_DETAILS_BYTES} bytes`);
  }
  return details;
}

/** @param limit at most 1000 */
export const pageSize = (limit: number | undefined): number =>
  Math.max(1, Math.min(1000, checkWhole('limit', limit ?? 100)));

const invalid = (field: string, expected: string) =>
  new RegistryError('invalid', `${field}: expected ${expected}`);
