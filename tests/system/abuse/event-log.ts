import type { House } from '../../helpers/house.ts';

export interface LoggedEvent {
  readonly id: number;
  readonly atMs: number;
  readonly kind: string;
  readonly session: string | null;
  readonly terminal: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Ownership {
  readonly attachments: number;
  /** Sessions shown, in order, by the terminal's fingerprint. */
  readonly byTerminal: ReadonlyMap<string, readonly string[]>;
  /** Names of users by session. */
  readonly users: ReadonlyMap<string, string>;
}

const PAGE = 1000;

/** The whole log of events, oldest first. */
export async function eventLog(house: House): Promise<LoggedEvent[]> {
  const all: LoggedEvent[] = [];
  for (;;) {
    const after = String(all.at(-1)?.id ?? 0);
    const answer = await house.wradm('audit', 'list', '--limit', String(PAGE), '--after', after);
    const { events } = answer as { events: LoggedEvent[] };
    all.push(...events);
    if (events.length < PAGE) return all;
  }
}

/**
 * Follows who showed what.
 * @throws Error when a session was shown at two terminals, a terminal showed two sessions, or one left where it was not
 */
export function ownershipOf(events: readonly LoggedEvent[]): Ownership {
  const at = new Map<string, string>();
  const shows = new Map<string, string>();
  const byTerminal = new Map<string, string[]>();
  const users = new Map<string, string>();
  let attachments = 0;
  for (const { id, kind, session, terminal, details } of events) {
    if (session && typeof details['user'] === 'string') users.set(session, details['user']);
    if (!session || !terminal) continue;
    if (kind === 'session-attached') {
      attachments++;
      must(!at.has(session), `event ${id}: ${session} has a terminal already`);
      must(!shows.has(terminal), `event ${id}: ${terminal} shows a session already`);
      at.set(session, terminal);
      shows.set(terminal, session);
      byTerminal.set(terminal, [...(byTerminal.get(terminal) ?? []), session]);
    } else if (kind === 'session-detached') {
      must(at.get(session) === terminal, `event ${id}: ${session} was not at ${terminal}`);
      at.delete(session);
      shows.delete(terminal);
    }
  }
  return { attachments, byTerminal, users };
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
