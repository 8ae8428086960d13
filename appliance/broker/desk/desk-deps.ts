import type { Logger } from '../../../protocol/node/log.ts';
import type { AuditDraft } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';
import type { CardTrust } from '../cards/trust.ts';
import type { DeskPolicy, FloorPort, LoginPort } from '../floor/ports.ts';
import type { Attempts } from './attempts.ts';
import type { Clock } from './clock.ts';
import type { FailedLogins } from './failed-logins.ts';
import type { Paces } from './paces.ts';

/** What all desks of a house share. */
export interface DeskDeps {
  readonly floor: FloorPort;
  readonly logins: LoginPort;
  readonly registry: Pick<Registry, 'tokens' | 'events'>;
  readonly policy: DeskPolicy;
  readonly attempts: Attempts;
  /** How fast cards may be looked up, so that the short numbers of badges cannot be tried out. */
  readonly lookups: Paces;
  readonly failedLogins: FailedLogins;
  /** Null: the registered key is enough. */
  readonly trust: CardTrust | null;
  /** Of the certificate that terminals see: part of what cards sign. */
  readonly serverFingerprint: string;
  /** The server's name, for people. */
  readonly host: string;
  readonly clock: Clock;
  /** Wall clock. */
  readonly wallMs: () => number;
  readonly log: Logger;
  readonly shutdown: HostShutdown;
}

/** The machine's own end, as people at a greeter may ask for it. */
export interface HostShutdown {
  readonly isOffered: () => boolean;
  /** @param terminal fingerprint. Rejects with an error for the log. */
  readonly ask: (terminal: string) => Promise<void>;
}

/** Writes to the log of events; what cannot be written is at least in the log. */
export function audit(
  { registry, log }: Pick<DeskDeps, 'registry' | 'log'>,
  event: AuditDraft,
): void {
  registry.events.append([event]).catch((error: Error) => {
    log.error({ event: event.kind, reason: error.message }, 'an event could not be recorded');
  });
}

/** Words of a terminal or of OpenSSL need not be fit for a record. */
export const oneLine = (text: string): string => text.replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
