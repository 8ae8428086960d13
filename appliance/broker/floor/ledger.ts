import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../../protocol/node/log.ts';
import { RegistryError } from '../../registry/errors.ts';
import type { AuditDraft, SessionRecord } from '../../registry/records.ts';
import type { Registry } from '../../registry/registry.ts';

export type SessionDraft = Omit<SessionRecord, 'revision'>;

/** Long enough for a hot-desk to be over: the disk must not be between a card and its picture. */
const DELAY_MS = 250;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** While the registry cannot be written. */
const EVENTS_MAX = 10_000;
const END_MS = 5000;

/**
 * What the registry is still to be told. Saves follow one another; each takes all that has come up since, so that only
 * the latest of a session is written. What cannot be written is kept and tried again.
 */
export class Ledger {
  readonly #registry: Pick<Registry, 'sessions' | 'events'>;
  readonly #log: Logger;
  readonly #delayMs: number;
  /** Null: to be removed. */
  readonly #dirty = new Map<string, SessionDraft | null>();
  /** As they are in the registry. */
  readonly #saved = new Map<string, SessionRecord>();
  #events: AuditDraft[] = [];
  #saving: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #dueMs = 0;
  #retryMs = FIRST_RETRY_MS;

  constructor(
    registry: Pick<Registry, 'sessions' | 'events'>,
    log: Logger,
    { delayMs = DELAY_MS }: { readonly delayMs?: number } = {},
  ) {
    this.#registry = registry;
    this.#log = log;
    this.#delayMs = delayMs;
  }

  /** A record that was read. */
  known(record: SessionRecord): void {
    this.#saved.set(record.id, record);
  }

  put(draft: SessionDraft): void {
    const saved = this.#saved.get(draft.id);
    if (!this.#dirty.has(draft.id) && saved && isSame(saved, draft)) return;
    this.#dirty.set(draft.id, draft);
    // Who asked for a lock must find it after a crash of ours, and who opened it must not be asked again.
    const lockAsked = (saved?.lock === 'asked') !== (draft.lock === 'asked');
    this.#later(lockAsked ? 0 : this.#delayMs);
  }

  remove(id: string): void {
    this.#dirty.set(id, null);
    this.#later(this.#delayMs);
  }

  audit(event: AuditDraft): void {
    if (this.#events.length >= EVENTS_MAX) {
      this.#log.error({ kind: event.kind }, 'an audit event was lost: too many wait');
      return;
    }
    this.#events.push(event);
    this.#later(this.#delayMs);
  }

  /** Writes what is there, as far as the registry lets it within 5 s. */
  async close(): Promise<void> {
    const deadlineMs = performance.now() + END_MS;
    while (this.#waiting || this.#saving) {
      if (performance.now() > deadlineMs) {
        this.#log.error('the registry could not be told all that happened');
        break;
      }
      await this.#flush();
      if (this.#waiting) await wait(50);
    }
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  get #waiting(): boolean {
    return this.#dirty.size > 0 || this.#events.length > 0;
  }

  #later(delayMs: number): void {
    const dueMs = performance.now() + delayMs;
    if (this.#timer && this.#dueMs <= dueMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#flush();
    }, delayMs);
  }

  async #flush(): Promise<void> {
    if (this.#saving) return this.#saving;
    this.#saving = this.#save();
    await this.#saving;
    this.#saving = null;
  }

  async #save(): Promise<void> {
    const dirty = new Map(this.#dirty);
    const events = this.#events;
    this.#dirty.clear();
    this.#events = [];
    try {
      await this.#write(dirty, events);
      this.#retryMs = FIRST_RETRY_MS;
      if (this.#waiting) this.#later(this.#delayMs);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      await this.#recover(error, dirty, events);
    }
  }

  async #recover(
    error: RegistryError,
    dirty: ReadonlyMap<string, SessionDraft | null>,
    events: AuditDraft[],
  ): Promise<void> {
    if (error.code !== 'invalid') return this.#failed(error, dirty, events);
    const drafts = [...dirty.values()].filter((draft) => draft !== null);
    await this.#writeEach(drafts, events).catch((next: RegistryError) =>
      this.#failed(next, dirty, []),
    );
  }

  async #write(
    dirty: ReadonlyMap<string, SessionDraft | null>,
    events: AuditDraft[],
  ): Promise<void> {
    for (const [id, draft] of dirty) if (draft === null) await this.#remove(id);
    const drafts = [...dirty.values()].filter((draft) => draft !== null);
    const records = this.#inOrder(drafts);
    if (records.length === 0 && events.length === 0) return;
    await this.#saveAll(records, events);
  }

  async #saveAll(records: readonly SessionRecord[], events: readonly AuditDraft[]): Promise<void> {
    const saved = await this.#registry.sessions.save(records, events);
    for (const record of saved) this.#saved.set(record.id, record);
  }

  /** One thing that the registry does not take must not keep the rest from it. */
  async #writeEach(drafts: readonly SessionDraft[], events: readonly AuditDraft[]): Promise<void> {
    const attempt = async (write: () => Promise<void>, what: object): Promise<void> => {
      try {
        await write();
      } catch (error) {
        if (!(error instanceof RegistryError && error.code === 'invalid')) throw error;
        this.#log.error({ err: error, ...what }, 'the registry does not take this');
      }
    };
    for (const draft of drafts) {
      const revision = this.#saved.get(draft.id)?.revision ?? 0;
      const write = () => this.#saveAll([{ ...draft, revision }], []);
      await attempt(write, { session: draft.id });
    }
    for (const event of events)
      await attempt(() => this.#registry.events.append([event]), { event: event.kind });
  }

  async #remove(id: string): Promise<void> {
    const revision = this.#saved.get(id)?.revision;
    if (revision === undefined) return;
    await this.#registry.sessions.remove(id, revision).catch((error: RegistryError) => {
      if (error.code !== 'not-found') throw error;
    });
    this.#saved.delete(id);
  }

  /**
   * Those that lose a terminal before those that gain one, or two sessions that changed places would be in each other's
   * way: one that goes from a terminal to another is saved twice.
   */
  #inOrder(drafts: readonly SessionDraft[]): SessionRecord[] {
    const losing: SessionRecord[] = [];
    const rest: SessionRecord[] = [];
    for (const draft of drafts) {
      const saved = this.#saved.get(draft.id);
      const revision = saved?.revision ?? 0;
      const moves = saved?.terminal && draft.terminal && saved.terminal !== draft.terminal;
      if (saved && moves) {
        losing.push({ ...saved, state: 'suspended', terminal: null, token: null });
        rest.push({ ...draft, revision: revision + 1 });
      } else (draft.terminal === null ? losing : rest).push({ ...draft, revision });
    }
    return [...losing, ...rest];
  }

  async #failed(
    error: RegistryError,
    dirty: ReadonlyMap<string, SessionDraft | null>,
    events: AuditDraft[],
  ): Promise<void> {
    this.#log.error({ err: error }, 'the registry cannot be told what happened; trying again');
    // What has come up since is newer.
    for (const [id, draft] of dirty) if (!this.#dirty.has(id)) this.#dirty.set(id, draft);
    this.#events = [...events, ...this.#events];
    await this.#reread([...dirty.keys()]).catch(() => {});
    this.#later(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  /** Somebody else may have written: what they wrote is overwritten, for the floor knows what is true. */
  async #reread(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const record = await this.#registry.sessions.get(id);
      if (record) this.#saved.set(id, record);
      else this.#saved.delete(id);
    }
  }
}

function isSame(saved: SessionRecord, draft: SessionDraft): boolean {
  const { revision: _, details: before, ...record } = saved;
  const { details: now, ...rest } = draft;
  const keys = Object.keys(rest) as (keyof typeof rest)[];
  const sameDetails = JSON.stringify(before) === JSON.stringify(now);
  return sameDetails && keys.every((key) => record[key] === rest[key]);
}
