import { foundSession } from '../../../protocol/session/begin.ts';
import type { SessionPolicy } from '../../../protocol/session/policy.ts';
import type { AuditDraft, SessionRecord } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';
import { rememberedOf } from '../../registry/session-record.ts';
import type { RunningSession, SessdPort } from '../sessd/client.ts';
import type { House } from './house.ts';
import type { Ledger } from './ledger.ts';

export interface RecoveryDeps {
  readonly house: House;
  readonly sessd: SessdPort;
  readonly ledger: Ledger;
  readonly policy: SessionPolicy;
  readonly nowMs: () => number;
}

const PAGE = 1000;

/** Matches what the registry remembers with what wrsessd says runs. */
export class Recovery {
  readonly #deps: RecoveryDeps;
  readonly #remembered = new Map<string, SessionRecord>();

  constructor(deps: RecoveryDeps) {
    this.#deps = deps;
  }

  /** Before anything else: what the wrsrvd before us has written. */
  async load(registry: Registry): Promise<void> {
    for (let after = ''; ; ) {
      const records = await registry.sessions.list({ limit: PAGE, after });
      for (const record of records) {
        this.#remembered.set(record.id, record);
        this.#deps.ledger.known(record);
      }
      if (records.length < PAGE) return;
      after = records.at(-1)?.id ?? '';
    }
  }

  /** wrsessd is there, for the first time or again. */
  match(running: readonly RunningSession[]): void {
    const ids = new Set(running.map(({ session }) => session));
    this.#endGone(ids);
    const people = running.filter((one) => !this.#isGreeter(one));
    // Those that are remembered first: of two sessions of one user they are the one that was meant.
    const known = (one: RunningSession) => this.#remembered.has(one.session);
    for (const one of people.filter(known)) this.#take(one);
    for (const one of people.filter((other) => !known(other))) this.#take(one);
    this.#remembered.clear();
  }

  /** Sessions that ended while nobody could tell us. */
  #endGone(running: ReadonlySet<string>): void {
    const { house, ledger } = this.#deps;
    for (const id of house.ids()) {
      const ran = house.facts(id)?.socket;
      if (ran && !running.has(id))
        house.handle(id, { type: 'compositorEnded', how: 'it ended while wrsessd was away' });
    }
    for (const record of this.#remembered.values()) {
      if (running.has(record.id)) continue;
      ledger.remove(record.id);
      ledger.audit(goneEvent(record));
    }
  }

  /** One that the wrsrvd before us left over: nobody can be at it. */
  #isGreeter({ session, greeter }: RunningSession): boolean {
    if (greeter) this.#deps.sessd.logout(session, 'left over');
    return greeter;
  }

  #take({ session, user, socket }: RunningSession): void {
    const { house, sessd, policy, nowMs } = this.#deps;
    if (house.facts(session)) return house.runs(session, socket);
    if (house.ofUser(user) !== null) return sessd.logout(session, 'the user has another');
    const record = this.#remembered.get(session);
    if (record && record.user !== user) return sessd.logout(session, "it is another user's");
    const atMs = nowMs();
    const remembered = record
      ? rememberedOf(record, atMs)
      : { id: session, createdAtMs: atMs, shownAtMs: null, lock: 'none' as const, attachments: 0 };
    const details = record?.details ?? {};
    const facts = { id: session, user, details, socket: null, watch: null, covered: false };
    house.add(foundSession(remembered, policy, atMs), facts);
    house.runs(session, socket);
  }
}

function goneEvent({ id, user }: SessionRecord): AuditDraft {
  const details = { user, reason: 'compositorEnded', by: 'it was gone when wrsrvd started' };
  return { kind: 'session-ended', session: id, details };
}
