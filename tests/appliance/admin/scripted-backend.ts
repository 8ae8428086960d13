import {
  type AdminBackend,
  AdminError,
  type SessionView,
  type TerminalOnline,
} from '../../../appliance/admin/backend.ts';

export const HALL = 'a0'.repeat(32);

export const sessionView = (changes: Partial<SessionView> = {}): SessionView => ({
  id: 'c0ffee01-anna',
  user: 'anna',
  state: 'active',
  lock: 'none',
  terminal: 'hall',
  token: 'ab'.repeat(32),
  attachments: 3,
  createdAtMs: 1_700_000_000_000,
  shownAtMs: 1_700_000_100_000,
  ...changes,
});

/** A floor that does what it is told and remembers it. */
export class ScriptedBackend implements AdminBackend {
  readonly said: string[] = [];
  readonly all = new Map<string, SessionView>();
  online: TerminalOnline[] = [
    {
      name: 'hall',
      fingerprint: HALL,
      address: '192.0.2.7',
      sinceMs: 1_700_000_000_000,
      session: 'c0ffee01-anna',
      page: null,
    },
  ];

  constructor(sessions: readonly SessionView[] = [sessionView()]) {
    for (const session of sessions) this.all.set(session.id, session);
  }

  sessions(): readonly SessionView[] {
    return [...this.all.values()];
  }

  session(id: string): SessionView | null {
    return this.all.get(id) ?? null;
  }

  lock(id: string, by: string): void {
    this.#note(`lock ${id} by ${by}`);
    this.#change(id, { lock: 'asked' });
  }

  detach(id: string, by: string): void {
    this.#note(`detach ${id} by ${by}`);
    if (this.all.get(id)?.terminal === null)
      throw new AdminError('conflict', 'no terminal shows the session');
    this.#change(id, { terminal: null, state: 'suspended' });
  }

  async move(id: string, terminal: string, by: string): Promise<void> {
    this.#note(`move ${id} to ${terminal} by ${by}`);
    if (terminal === 'nowhere') throw new AdminError('not-found', 'there is no such terminal here');
    this.#change(id, { terminal });
  }

  kill(id: string, by: string): void {
    this.#note(`kill ${id} by ${by}`);
    this.all.delete(id);
  }

  policy() {
    return { idle: { afterMs: 900_000, action: 'lock' }, lockOnDetach: true };
  }

  terminalsOnline(): readonly TerminalOnline[] {
    return this.online;
  }

  terminalChanged(fingerprint: string, state: string): void {
    this.#note(`terminal ${fingerprint.slice(0, 4)} ${state}`);
  }

  tokenChanged(_hash: string, change: string): void {
    this.#note(`token ${change}`);
  }

  #change(id: string, changes: Partial<SessionView>): void {
    const session = this.all.get(id);
    if (!session) throw new AdminError('not-found', 'there is no such session');
    this.all.set(id, { ...session, ...changes });
  }

  #note(what: string): void {
    this.said.push(what);
  }
}
