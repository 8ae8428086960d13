import { connect } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Attempts } from '../../../../appliance/broker/desk/attempts.ts';
import { HouseDesks } from '../../../../appliance/broker/desk/house-desks.ts';
import type {
  DeskPolicy,
  DeskPort,
  FloorPort,
  LoginListener,
  LoginPort,
  StartedGreeter,
} from '../../../../appliance/broker/floor/ports.ts';
import type { BrokerMessage } from '../../../../appliance/greeter/wire/greeter-messages.ts';
import { openMemoryRegistry } from '../../../../appliance/registry/sqlite-registry.ts';
import { Channel } from '../../../../appliance/wire/channel.ts';
import type { Place } from '../../../../protocol/session/place.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { type Scratch, scratchFolder } from '../../../helpers/scratch.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeSession } from './fake-session.ts';
import { FakeDoor, type FakeTerminal, silent } from './fake-terminal.ts';

export const SERVER = 'a'.repeat(64);

/** Notes what the desks say; decides nothing. */
export class FakeFloor implements FloorPort {
  readonly heard: { what: keyof FloorPort; args: unknown[] }[] = [];
  /** What is done when something is heard. */
  on: Partial<FloorPort> = {};

  #hear(what: keyof FloorPort, ...args: unknown[]): void {
    this.heard.push({ what, args });
    const act = this.on[what] as ((...given: unknown[]) => void) | undefined;
    act?.(...args);
  }

  terminalCame = (desk: DeskPort) => this.#hear('terminalCame', desk);
  terminalLost = (place: Place) => this.#hear('terminalLost', place);
  tokenInserted: FloorPort['tokenInserted'] = (...args) => this.#hear('tokenInserted', ...args);
  tokenRemoved: FloorPort['tokenRemoved'] = (...args) => this.#hear('tokenRemoved', ...args);
  loggedIn: FloorPort['loggedIn'] = (...args) => this.#hear('loggedIn', ...args);
  authenticated: FloorPort['authenticated'] = (...args) => this.#hear('authenticated', ...args);
  authenticationEnded: FloorPort['authenticationEnded'] = (...args) =>
    this.#hear('authenticationEnded', ...args);
  attachFailed: FloorPort['attachFailed'] = (...args) => this.#hear('attachFailed', ...args);

  count(what: keyof FloorPort): number {
    return this.heard.filter((one) => one.what === what).length;
  }

  /** Arguments of the count-th call. */
  hears(what: keyof FloorPort, count = 1): Promise<unknown[]> {
    return eventually(() => {
      const found = this.heard.filter((one) => one.what === what)[count - 1];
      if (!found) throw new Error(`no ${what}; heard ${this.heard.map((one) => one.what)}`);
      return found.args;
    });
  }
}

export interface FakeConversation {
  readonly request: Parameters<LoginPort['login']>[0];
  readonly listener: LoginListener;
  readonly answers: string[];
  cancelled: boolean;
}

export interface FakeGreeter {
  readonly session: FakeSession;
  readonly channel: string;
  ended: boolean;
  readonly end: (reason: string) => void;
}

/** Stands for wrsessd. */
export class FakeLogins implements LoginPort {
  readonly conversations: FakeConversation[] = [];
  readonly greeters: FakeGreeter[] = [];

  login: LoginPort['login'] = (request, listener) => {
    const conversation: FakeConversation = { request, listener, answers: [], cancelled: false };
    this.conversations.push(conversation);
    return {
      id: `login-${this.conversations.length}`,
      answer: (_round, answers) => {
        for (const answer of answers)
          if (answer) conversation.answers.push(`${Buffer.from(answer)}`);
      },
      cancel: () => {
        conversation.cancelled = true;
      },
    };
  };

  startGreeter: LoginPort['startGreeter'] = async ({ channel }) => {
    const name = `greeter-${this.greeters.length + 1}`;
    const ends: ((reason: string) => void)[] = [];
    const greeter: FakeGreeter = {
      session: new FakeSession(name),
      channel,
      ended: false,
      end: (reason) => {
        greeter.ended = true;
        for (const end of ends.splice(0)) end(reason);
      },
    };
    this.greeters.push(greeter);
    const started: StartedGreeter = {
      session: name,
      uid: process.getuid?.() ?? 0,
      socket: name,
      end: () => greeter.end('asked'),
      onEnd: (callback) => void ends.push(callback),
    };
    return started;
  };

  /** What somebody does in front of the count-th greeter. */
  async at(count = 1): Promise<PersonAtGreeter> {
    const greeter = await eventually(() => {
      const found = this.greeters[count - 1];
      if (!found) throw new Error('no greeter was started');
      return found;
    });
    return PersonAtGreeter.come(greeter.channel);
  }
}

/** wrlogin with a person in front of it. */
export class PersonAtGreeter {
  readonly heard: BrokerMessage[] = [];
  closed = false;
  readonly #channel: Channel;

  static async come(path: string): Promise<PersonAtGreeter> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const person = new PersonAtGreeter(socket);
    person.send({ type: 'ready' });
    return person;
  }

  private constructor(socket: ReturnType<typeof connect>) {
    this.#channel = new Channel(socket, {
      onFrame: ({ head }) => void this.heard.push(head as BrokerMessage),
      onClose: () => {
        this.closed = true;
      },
    });
  }

  send(message: object, ...secrets: string[]): void {
    this.#channel.send(
      message,
      secrets.map((secret) => Buffer.from(secret)),
    );
  }

  hears<T extends BrokerMessage['type']>(type: T, count = 1): Promise<BrokerMessage & { type: T }> {
    return eventually(() => {
      const found = this.heard.filter((message) => message.type === type)[count - 1];
      if (!found) throw new Error(`no ${type}; heard ${this.heard.map((one) => one.type)}`);
      return found as BrokerMessage & { type: T };
    });
  }

  leave(): void {
    this.#channel[Symbol.dispose]();
  }
}

const POLICY: DeskPolicy = {
  admission: 'auto',
  idlePage: 'insertCard',
  registerAtFirstUse: false,
  learnsCardKeys: true,
  loginWithoutCard: true,
  cardCaFile: null,
  greeter: {
    socketDir: '',
    uid: process.getuid?.() ?? 0,
    keyboardLayouts: [],
    sessions: [],
    shutdown: false,
    highContrast: false,
    locale: null,
  },
  loginTimeoutMs: 180_000,
};

/** Desks with a registry in memory; floor, wrsessd and time are the test's. */
export class House {
  readonly clock = new FakeClock();
  readonly floor = new FakeFloor();
  readonly logins = new FakeLogins();
  readonly registry = openMemoryRegistry();
  /** What administrators do, with what follows from it. */
  readonly administer = async (
    change: 'approve' | 'revoke' | 'remove',
    name: string,
  ): Promise<void> => {
    await this.registry.terminals[change](name);
    await this.desks.terminalsChanged();
  };
  readonly sessions = new Map<string, FakeSession>();
  /** The machine's own end: whether wrsessd allows it, and who asked. */
  readonly shutdown = {
    allowed: false,
    asked: [] as string[],
    isOffered: (): boolean => this.shutdown.allowed,
    ask: async (terminal: string): Promise<void> => {
      this.shutdown.asked.push(terminal);
    },
  };
  readonly desks: HouseDesks;
  readonly door: FakeDoor;
  readonly #terminals: FakeTerminal[] = [];
  readonly #scratch: Scratch = scratchFolder();

  constructor(
    t: ExecutionContext,
    policy: Partial<DeskPolicy> = {},
    atGreeter: Partial<DeskPolicy['greeter']> = {},
  ) {
    const socketDir = join(this.#scratch.path, 'greeter');
    const greeter = { ...POLICY.greeter, socketDir, ...atGreeter };
    this.desks = new HouseDesks({
      logins: this.logins,
      registry: this.registry,
      policy: { ...POLICY, greeter, ...policy },
      attempts: new Attempts(this.clock.nowMs),
      trust: null,
      serverFingerprint: SERVER,
      host: 'test',
      clock: this.clock,
      wallMs: Date.now,
      log: silent,
      connect: (socket) => this.#session(socket).connect(),
      shutdown: this.shutdown,
    });
    this.desks.open(this.floor);
    this.door = new FakeDoor(this.desks.admit, (terminal) => this.desks.come(terminal));
    t.teardown(() => this.#close());
  }

  /** A terminal that was let in. */
  async terminal(key = 'hall', credential = ''): Promise<FakeTerminal> {
    const terminal = await this.door.connect(key, { credential });
    this.#terminals.push(terminal);
    return terminal.open();
  }

  /** The desk of the terminal that came last. */
  get desk(): DeskPort {
    const desk = [...this.desks.all()].at(-1);
    if (!desk) throw new Error('nobody sits at a desk');
    return desk;
  }

  session(name: string): FakeSession {
    const session = new FakeSession(name);
    this.sessions.set(name, session);
    return session;
  }

  #session(socket: string): FakeSession {
    const greeter = this.logins.greeters.find(({ session }) => session.name === socket)?.session;
    const session = this.sessions.get(socket) ?? greeter;
    if (!session) throw new Error(`no session ${socket}`);
    return session;
  }

  /** Events of a kind, once there are some. */
  events(kind: string) {
    return eventually(async () => {
      const found = (await this.registry.events.latest(1000)).filter(
        (event) => event.kind === kind,
      );
      if (found.length === 0) throw new Error(`no event ${kind}`);
      return found;
    });
  }

  #close(): void {
    for (const terminal of this.#terminals) terminal.close();
    for (const { session, end } of this.logins.greeters) {
      end('the test ends');
      session.close();
    }
    for (const session of this.sessions.values()) session.close();
    this.registry[Symbol.dispose]();
    this.#scratch[Symbol.dispose]();
  }
}
