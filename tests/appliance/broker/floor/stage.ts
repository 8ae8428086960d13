import { createHash } from 'node:crypto';
import { Floor } from '../../../../appliance/broker/floor/floor.ts';
import { Ledger } from '../../../../appliance/broker/floor/ledger.ts';
import type {
  AuthenticationRequest,
  DeskPort,
  KnownToken,
  LoginConversation,
  LoginListener,
} from '../../../../appliance/broker/floor/ports.ts';
import type { SessionWatch, WatchListener } from '../../../../appliance/broker/floor/watch.ts';
import type {
  RunningSession,
  SessdPort,
  SessionWishes,
  StartedSession,
} from '../../../../appliance/broker/sessd/client.ts';
import { SessdError } from '../../../../appliance/broker/sessd/error.ts';
import { openMemoryRegistry } from '../../../../appliance/registry/sqlite-registry.ts';
import { PageKind } from '../../../../protocol/generated/control.ts';
import { openLog } from '../../../../protocol/node/log.ts';
import type { Place } from '../../../../protocol/session/place.ts';
import { DEFAULT_POLICY, type SessionPolicy } from '../../../../protocol/session/policy.ts';

export const log = openLog({ name: 'test', level: 'silent', readable: false });
export const CARD_POLICY: SessionPolicy = {
  ...DEFAULT_POLICY,
  unlock: { always: ['cardKey', 'pam'], withinGrace: [], graceMs: 0 },
};

const nameOf = Object.fromEntries(Object.entries(PageKind).map(([name, kind]) => [kind, name]));

/** A terminal that does as it is told and remembers what it shows. */
export class FakeDesk implements DeskPort {
  readonly place: Place;
  readonly terminalName: string;
  readonly wanted = {
    outputs: [],
    keyboard: { rules: '', model: '', layout: 'us', variant: '', options: '' },
  };
  shown: { sessionId: string; attachment: number } | null = null;
  asked: AuthenticationRequest | null = null;
  pageShown: string | null = null;
  readonly history: string[] = [];

  constructor(name: string, connection: string) {
    this.terminalName = name;
    this.place = { terminal: createHash('sha256').update(name).digest('hex'), connection };
  }

  get facts() {
    return {
      name: this.terminalName,
      fingerprint: this.place.terminal,
      address: '127.0.0.1',
      sinceMs: 0,
      page: this.pageShown,
      session: this.shown?.sessionId ?? null,
    };
  }

  show(view: { sessionId: string; socket: string; attachment: number }): void {
    this.history.push('show');
    this.asked = null;
    this.shown = { sessionId: view.sessionId, attachment: view.attachment };
    this.pageShown = null;
  }

  release(sessionId: string, attachment: number): void {
    const { shown } = this;
    if (shown?.sessionId !== sessionId || shown.attachment !== attachment) return;
    this.history.push('release');
    this.shown = null;
  }

  page(page: PageKind): void {
    const name = nameOf[page] ?? String(page);
    this.history.push(name);
    if (!this.shown) this.pageShown = name;
  }

  authenticate(request: AuthenticationRequest): void {
    this.history.push(`ask ${request.accepts.join(',')}`);
    this.shown = null;
    this.asked = request;
  }

  endAuthentication(): void {
    this.asked = null;
  }
}

/** wrsessd, which starts what it is asked to when the test says so. */
export class FakeSessd implements SessdPort {
  up = true;
  /** What PAM says to a card. */
  card: 'opens' | 'asks' | 'refuses' = 'opens';
  readonly running = new Map<string, RunningSession>();
  readonly released: string[] = [];
  readonly ended: string[] = [];
  readonly users = new Map<string, string>();
  /** Sessions that were chosen, or that are the default, by start. */
  readonly choices: (string | null)[] = [];
  #starts: { session: string; user: string; settle: () => void; fail: () => void }[] = [];
  #count = 0;

  /** A login as the desks make one, that has succeeded. */
  proven(user: string): string {
    const id = `login-${++this.#count}`;
    this.users.set(id, user);
    return id;
  }

  cardLogin(
    { user }: { readonly terminal: string; readonly user: string },
    listener: LoginListener,
  ): LoginConversation {
    const id = this.proven(user);
    let over = false;
    queueMicrotask(() => {
      if (over) return;
      const failure = { code: 'failed', message: 'no', retryAfterMs: null } as const;
      if (this.card === 'opens') listener.authenticated(user, 1000, []);
      else if (this.card === 'asks') listener.prompt(1, [{ style: 'secret', text: 'Password:' }]);
      else listener.failed(failure);
    });
    return {
      id,
      answer: () => {},
      cancel: () => {
        over = true;
      },
    };
  }

  startSession(login: string, session: string, as: SessionWishes = {}): Promise<StartedSession> {
    this.choices.push(as.choice ?? null);
    const user = this.users.get(login) ?? '';
    const { promise, resolve, reject } = Promise.withResolvers<StartedSession>();
    const socket = `/run/${session}`;
    const settle = () => {
      const started = { session, user, uid: 1000, pid: 4711, socket };
      this.running.set(session, { ...started, greeter: false });
      resolve(started);
    };
    const fail = () => reject(new SessdError('failed', 'no room'));
    this.#starts.push({ session, user, settle, fail });
    return promise;
  }

  get starting(): number {
    return this.#starts.length;
  }

  /** Lets the oldest start succeed or fail. */
  async settle(how: 'settle' | 'fail' = 'settle'): Promise<void> {
    this.#starts.shift()?.[how]();
    await turns();
  }

  release(login: string): void {
    this.released.push(login);
  }

  logout(session: string): void {
    this.ended.push(session);
    this.running.delete(session);
  }
}

export interface FakeWatch extends SessionWatch {
  readonly listener: WatchListener;
  readonly sent: string[];
  gone: boolean;
}

export class Stage implements AsyncDisposable {
  readonly registry = openMemoryRegistry();
  readonly sessd = new FakeSessd();
  readonly desks = new Map<string, FakeDesk>();
  readonly watches = new Map<string, FakeWatch>();
  readonly ledger = new Ledger(this.registry, log, { delayMs: 0 });
  readonly floor: Floor;
  nowMs = 1_000_000;
  #connections = 0;

  constructor(policy: SessionPolicy = CARD_POLICY, defaultChoice: string | null = null) {
    const desks = this.desks;
    this.floor = new Floor({
      desks: {
        at: ({ connection }) => desks.get(connection) ?? null,
        all: () => desks.values(),
      },
      sessd: this.sessd,
      ledger: this.ledger,
      policy,
      defaultChoice,
      log,
      nowMs: () => this.nowMs,
      watch: (socket, listener) => {
        const watch: FakeWatch = {
          listener,
          sent: [],
          gone: false,
          ask: () => {},
          send: ({ type }) => void watch.sent.push(type),
          [Symbol.dispose]: () => {
            watch.gone = true;
          },
        };
        this.watches.set(socket.replace('/run/', ''), watch);
        queueMicrotask(() => {
          if (!watch.gone) listener.onUp(false);
        });
        return watch;
      },
    });
  }

  /** wrsrvd has found wrsessd. */
  async open(): Promise<this> {
    await this.floor.load(this.registry);
    this.floor.onUp([...this.sessd.running.values()]);
    await turns();
    return this;
  }

  desk(name: string): FakeDesk {
    const desk = new FakeDesk(name, `c${++this.#connections}`);
    this.desks.set(desk.place.connection, desk);
    this.floor.terminalCame(desk);
    return desk;
  }

  lose(desk: FakeDesk): void {
    this.desks.delete(desk.place.connection);
    this.floor.terminalLost(desk.place);
  }

  insert(desk: FakeDesk, user: string): void {
    this.floor.tokenInserted(desk.place, tokenOf(user));
  }

  pull(desk: FakeDesk, user: string): void {
    this.floor.tokenRemoved(desk.place, tokenOf(user).hash);
  }

  /** The card in the reader, or the person at the greeter, meets what is asked for. */
  prove(desk: FakeDesk, proof: 'cardKey' | 'pam' = 'cardKey'): void {
    const { asked } = desk;
    if (!asked) throw new Error('nobody asks');
    const opens = proof === 'pam' && asked.session === null;
    const login = opens ? this.sessd.proven(asked.user) : null;
    const how = { user: asked.user, proof, login, keyboard: null, sessionChoice: null };
    this.floor.authenticated(desk.place, asked.session, how);
  }

  /** A session of this user, shown at a desk. */
  async shownAt(desk: FakeDesk, user: string): Promise<string> {
    this.insert(desk, user);
    this.prove(desk);
    await turns();
    await this.sessd.settle();
    return desk.shown?.sessionId ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.floor.close();
    this.registry[Symbol.dispose]();
  }
}

export function tokenOf(user: string): KnownToken {
  const hash = createHash('sha256').update(`card of ${user}`).digest('hex');
  const keys = { cardKey: 'a'.repeat(64) };
  const known = {
    kind: 'smartCard',
    user,
    label: '',
    shownName: null,
    keys,
    learnsKeys: false,
  } as const;
  const record = { hash, ...known, registeredAtMs: 0, seenAtMs: null };
  return { hash, record, keys: { cardKey: true, pinKey: false } };
}

export async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
