import type { AuditedChange } from '../../../protocol/session/effect.ts';
import type { AuditDraft, Scalar } from '../../registry/records.ts';

/** What the log of events keeps of a change; who it was done by goes sealed. */
export function auditOf(session: string, user: string, what: AuditedChange): AuditDraft {
  const { kind } = what;
  const place = 'place' in what ? what.place : null;
  const token = 'token' in what ? what.token : null;
  const details: Record<string, Scalar> = { user };
  for (const field of ['proof', 'reason', 'by'] as const) {
    const value = (what as Partial<Record<typeof field, string>>)[field];
    if (value !== undefined) details[field] = oneLine(value);
  }
  if (place) details['connection'] = place.connection;
  return { kind, session, terminal: place?.terminal ?? null, token, details };
}

/** How a compositor ended is told by programs, and need not be fit for a record. */
const oneLine = (text: string): string => text.replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
