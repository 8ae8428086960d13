import { z } from 'zod';
import { REQUEST_ERRORS } from './request-error.ts';

/* What the REST interface takes and gives. Times are milliseconds since 1970. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const NO_CONTROL = /^[^\u0000-\u001f\u007f-\u009f]*$/;

const text = (max: number, min = 1) =>
  z.string().min(min).max(max).regex(NO_CONTROL, 'expected no control characters');
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits, lower case');
const timeMs = z.int().min(0);

const keys = z.strictObject({
  cardKey: hash.optional().describe('SHA-256 of the SPKI of PIV key 9E'),
  pinKey: hash.optional().describe('SHA-256 of the SPKI of PIV key 9A'),
  software: hash.optional().describe("SHA-256 of the SPKI of a software token's key"),
});

export const tokenKeys = keys.meta({ id: 'TokenKeys' });

export const session = z
  .object({
    id: z.string(),
    user: z.string(),
    state: z.enum(['created', 'active', 'resumed', 'suspended']),
    lock: z.enum(['none', 'detached', 'asked']),
    terminal: z.string().nullable().describe('the terminal that shows it'),
    token: z.string().nullable().describe('hash of the token that brought it there'),
    attachments: z.int(),
    createdAtMs: timeMs,
    shownAtMs: timeMs.nullable(),
  })
  .meta({ id: 'Session' });

export const token = z
  .object({
    hash: z.string().describe('what a token is known by; its id is kept nowhere'),
    kind: z.enum(['smartCard', 'badge', 'software']),
    user: z.string(),
    label: z.string(),
    shownName: z.string().nullable().describe('what a login screen calls the user'),
    keys: z.object(keys.shape),
    learnsKeys: z
      .boolean()
      .describe('its key is registered when its user logs in with a password and it lies there'),
    registeredAtMs: timeMs,
    seenAtMs: timeMs.nullable(),
  })
  .meta({ id: 'Token' });

export const newToken = z
  .strictObject({
    token: z
      .string()
      .max(256)
      .optional()
      .describe('KIND:ID, e.g. badge:04a2b3c4d5e6f7; never told again'),
    code: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('instead: of the page that a terminal shows for the card, e.g. WR-2-7QK2'),
    user: text(256),
    label: text(256, 0).optional(),
    shownName: text(64).nullable().optional(),
    keys: tokenKeys.optional(),
  })
  .meta({ id: 'NewToken' });

export const terminal = z
  .object({
    name: z.string(),
    fingerprint: z.string(),
    state: z.enum(['pending', 'approved', 'revoked']),
    registeredAtMs: timeMs,
    seenAtMs: timeMs,
    online: z
      .object({
        address: z.string(),
        sinceMs: timeMs.describe('when it connected'),
        session: z.string().nullable(),
        page: z.string().nullable().describe('page that it shows instead of a session'),
      })
      .nullable(),
  })
  .meta({ id: 'Terminal' });

export const enrolment = z
  .object({
    id: z.string().describe('first group of its code'),
    terminal: z.string().nullable().describe('name that its terminal gets'),
    expiresAtMs: timeMs,
    attemptsLeft: z.int(),
    usedBy: z.string().nullable(),
  })
  .meta({ id: 'Enrolment' });

export const newEnrolment = z
  .strictObject({
    validMs: z
      .int()
      .min(1)
      .max(30 * 86_400_000),
    terminal: text(128).optional(),
  })
  .meta({ id: 'NewEnrolment' });

export const person = z
  .object({
    user: z.string(),
    session: z.string(),
    terminal: z.string(),
    address: z.string().nullable(),
    lock: session.shape.lock,
    shownAtMs: timeMs.nullable(),
  })
  .meta({ id: 'Person' });

export const event = z
  .object({
    id: z.int().describe('grows with every event'),
    atMs: timeMs,
    kind: z.string(),
    session: z.string().nullable(),
    terminal: z.string().nullable().describe('fingerprint'),
    token: z.string().nullable().describe('hash'),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'Event' });

export const problem = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(REQUEST_ERRORS) as [keyof typeof REQUEST_ERRORS]),
      message: z.string(),
    }),
  })
  .meta({ id: 'Error' });

/** A list's pages: ask again with `after` as long as `next` is not null. */
export const page = {
  limit: z.coerce.number().int().min(1).max(1000).optional().describe('at most, 100 if absent'),
  after: z.string().max(256).optional().describe('`next` of the page before'),
  prefix: z.string().max(256).optional().describe('only those whose key begins with it'),
};

export const next = z.string().nullable();
export const move = z.strictObject({ terminal: text(128) }).meta({ id: 'Move' });
/** A key in a path is looked up, so that nothing but its length matters. */
export const key = z.string().min(1).max(256);
export const name = text(128);
export const hashKey = hash;
