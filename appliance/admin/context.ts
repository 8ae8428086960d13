import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AuditDraft } from '../registry/records.ts';
import type { Registry } from '../registry/registry.ts';
import type { AuditTail } from './audit-tail.ts';
import type { AdminBackend } from './backend.ts';

export type AdminApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, for the audit log; set for every request that was let in. */
    by: string;
  }
}

/** What routes work with. */
export interface RouteContext {
  readonly backend: AdminBackend;
  readonly registry: Registry;
  readonly tail: AuditTail;
}

/**
 * Tells the audit log what an administrator changed, and then the broker: even where the log has no room, a revocation
 * must take effect.
 */
export async function audited(
  { registry }: RouteContext,
  by: string,
  event: AuditDraft,
  tellBroker?: () => Promise<void> | void,
): Promise<void> {
  try {
    await registry.events.append([{ ...event, details: { ...event.details, by } }]);
  } finally {
    await tellBroker?.();
  }
}
