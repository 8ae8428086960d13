import type { ZodType } from 'zod';
import { problem } from '../models.ts';
import { RequestError } from '../request-error.ts';

/** What a route answers, for the checks and the document alike. */
export const answers = <T extends ZodType, S extends number>(status: S, schema: T) =>
  ({ [status]: schema, '4xx': problem, '5xx': problem }) as { [K in S]: T } & {
    '4xx': typeof problem;
    '5xx': typeof problem;
  };

/** @throws RequestError not-found */
export function found<T>(record: T | null | undefined, what: string): T {
  if (record !== null && record !== undefined) return record;
  throw new RequestError('not-found', `there is no such ${what}`);
}

/** Where the next page begins; null after a page that was not full. */
export const nextAfter = <T>(records: readonly T[], limit: number, keyOf: (record: T) => string) =>
  records.length < limit ? null : keyOf(records[records.length - 1] as T);

export interface PageQuery {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly prefix?: string | undefined;
}

/** A page of those records of a sorted list whose keys begin with a prefix. */
export async function pageOf<T>(
  { limit = 100, after = '', prefix = '' }: PageQuery,
  records: {
    readonly get: (key: string) => Promise<T | null>;
    readonly list: (page: { limit: number; after: string }) => Promise<readonly T[]>;
    readonly keyOf: (record: T) => string;
  },
): Promise<{ records: T[]; next: string | null }> {
  const { get, list, keyOf } = records;
  // Keys that begin with a prefix follow it at once; the prefix itself may be one.
  const exact = after === '' && prefix !== '' ? await get(prefix) : null;
  const read = await list({ limit, after: after.startsWith(prefix) ? after : prefix });
  const page = [...(exact === null ? [] : [exact]), ...read]
    .filter((record) => keyOf(record).startsWith(prefix))
    .slice(0, limit);
  return { records: page, next: nextAfter(page, limit, keyOf) };
}
