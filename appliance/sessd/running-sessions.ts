import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Logger } from '../../protocol/node/log.ts';
import { Channel } from '../wire/channel.ts';
import { MessageError } from '../wire/check.ts';
import { FrameError } from '../wire/frame.ts';
import type { Audit } from './audit.ts';
import type { Launcher } from './launch/launcher.ts';
import { readSessionReport, type SessionRecord, type SessionReport } from './pam/messages.ts';
import {
  controlFolder,
  controlSocket,
  linkFolders,
  type Places,
  runtimeFolders,
} from './places.ts';

export interface RunningSessionsDeps {
  readonly places: Places;
  readonly launcher: Launcher;
  readonly audit: Audit;
  readonly log: Logger;
  readonly onStarted: (record: SessionRecord, id: string) => void;
  readonly onEnded: (session: string, reason: string) => void;
}

interface Entry {
  readonly record: SessionRecord;
  readonly channel: Channel;
  /** What the session's process said about its end. */
  reason: string | null;
}

const ANSWER_TIMEOUT_MS = 5000;
const GONE = 'its process has gone';
const UNWANTED = 'the broker has gone';

/** The sessions that run, as their own processes tell. */
export class RunningSessions {
  readonly #deps: RunningSessionsDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #reserved = new Set<string>();
  /** Those of #reserved that nobody waits for any more. */
  readonly #unwanted = new Set<string>();

  constructor(deps: RunningSessionsDeps) {
    this.#deps = deps;
    mkdirSync(controlFolder(deps.places), { recursive: true, mode: 0o700 });
  }

  get all(): SessionRecord[] {
    return [...this.#entries.values()].map(({ record }) => record);
  }

  find(session: string): SessionRecord | undefined {
    return this.#entries.get(session)?.record;
  }

  /** Finds what an earlier wrsessd left running; clears away what is left of sessions that are dead. */
  async findAll(): Promise<void> {
    const { places } = this.#deps;
    // Before the control sockets: whoever gets one later was not told to serve, and ends.
    const folders = [linkFolders, runtimeFolders].flatMap((of) => namesIn(of(places)));
    const sockets = namesIn(controlFolder(places)).filter((file) => file.endsWith('.sock'));
    const controlled = sockets.map((name) => name.slice(0, -'.sock'.length));
    for (const session of new Set([...controlled, ...folders])) {
      const record = controlled.includes(session) ? await this.#adopt(session) : null;
      if (record) this.#audit('session-found', record);
      else await this.sweep(session);
    }
  }

  /** False when the id is taken: by a session that runs or one that is being started. */
  reserve(session: string): boolean {
    if (this.#entries.has(session) || this.#reserved.has(session)) return false;
    this.#reserved.add(session);
    return true;
  }

  release(session: string): void {
    this.#reserved.delete(session);
    this.#unwanted.delete(session);
  }

  /** Takes a session that has just been started by the request `id`. */
  async started(session: string, id: string): Promise<void> {
    const record = await this.#adopt(session);
    const wanted = !this.#unwanted.has(session);
    this.release(session);
    if (!record) {
      await this.sweep(session);
      return this.#deps.onEnded(session, GONE);
    }
    this.#audit('session-started', record);
    if (!wanted) this.end(session, UNWANTED);
    this.#deps.onStarted(record, id);
  }

  /** False when there is no such session. onEnded follows. */
  end(session: string, reason: string): boolean {
    const entry = this.#entries.get(session);
    entry?.channel.send({ type: 'end', reason });
    return entry !== undefined;
  }

  /** Ends a session that nobody is there for any more, or that is being started. */
  endUnwanted(session: string): void {
    if (this.#reserved.has(session)) this.#unwanted.add(session);
    else this.end(session, UNWANTED);
  }

  /** Clears away what a killed process has left of a session. */
  async sweep(session: string): Promise<void> {
    try {
      await this.#deps.launcher.sweep(session);
      rmSync(controlSocket(this.#deps.places, session), { force: true });
    } catch (error) {
      this.#deps.log.error({ err: error, session }, 'a dead session could not be cleared away');
    } finally {
      this.release(session);
    }
  }

  /** Lets go of the sessions, which run on. */
  [Symbol.dispose](): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { channel } of entries) channel[Symbol.dispose]();
  }

  /** Connects to a session's process. Null when nobody answers. */
  #adopt(session: string): Promise<SessionRecord | null> {
    const { promise, resolve } = Promise.withResolvers<SessionRecord | null>();
    const channel = new Channel(connect(controlSocket(this.#deps.places, session)), {
      onFrame: ({ head }) => {
        const report = reportOf(head);
        if (report.type === 'ended') return this.#said(session, report.reason);
        const { type: _, ...record } = report;
        if (record.session !== session || this.#entries.has(session))
          throw new FrameError('a session answers for another');
        this.#entries.set(session, { record, channel, reason: null });
        resolve(record);
      },
      onClose: () => {
        resolve(null);
        void this.#closed(session, channel);
      },
    });
    const timer = setTimeout(() => channel[Symbol.dispose](), ANSWER_TIMEOUT_MS);
    return promise.finally(() => clearTimeout(timer));
  }

  #said(session: string, reason: string): void {
    const entry = this.#entries.get(session);
    if (entry) entry.reason = reason;
  }

  async #closed(session: string, channel: Channel): Promise<void> {
    const entry = this.#entries.get(session);
    if (entry?.channel !== channel) return;
    this.#entries.delete(session);
    if (entry.reason === null) await this.sweep(session);
    const reason = entry.reason ?? GONE;
    const { user, uid } = entry.record;
    this.#deps.audit.record({ event: 'session-ended', session, user, uid, reason });
    this.#deps.onEnded(session, reason);
  }

  #audit(event: 'session-found' | 'session-started', record: SessionRecord): void {
    const { session, user, uid, pid } = record;
    this.#deps.audit.record({ event, session, user, uid, pid });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function reportOf(head: unknown): SessionReport {
  try {
    return readSessionReport(head);
  } catch (error) {
    if (error instanceof MessageError) throw new FrameError(error.message);
    throw error;
  }
}
