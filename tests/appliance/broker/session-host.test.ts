import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { SessionHost } from '../../../appliance/broker/session-host.ts';
import type { StartedSession } from '../../../appliance/broker/session-process.ts';
import { greet } from '../../../appliance/broker/terminal.ts';
import { Attachment } from '../../../firmware/connection/attachment.ts';
import { Channel } from '../../../protocol/channel.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  type Hello,
  Role,
  SessionPhase,
} from '../../../protocol/generated/control.ts';
import type { Link, LinkClosed, ServerLink } from '../../../protocol/link/link.ts';
import { MemoryListener } from '../../../protocol/link/memory.ts';
import { openLog } from '../../../protocol/node/log.ts';
import { listenUnix, type UnixListener } from '../../../protocol/node/unix.ts';
import { PROTOCOL_MAJOR, PROTOCOL_MINOR } from '../../../protocol/version.ts';
import { eventually } from '../../helpers/eventually.ts';
import { lives } from '../../helpers/processes.ts';
import { type Scratch, scratchFolder } from '../../helpers/scratch.ts';

const HELLO: Hello = {
  type: 'Hello',
  major: PROTOCOL_MAJOR,
  minor: PROTOCOL_MINOR,
  role: Role.terminal,
  software: 'test',
  capabilities: [],
  terminalName: 'test',
  outputs: [],
  keyboard: { rules: '', model: '', layout: 'us', variant: '', options: '' },
  credential: '',
};

const log = openLog({ name: 'test', level: 'silent', readable: false });

/** Stands for wrcomp: notes what the broker says; a process of its own stands for the compositor's. */
class FakeSession {
  readonly heard: { link: Link; message: ControlMessage | { type: 'unknown' } }[] = [];
  readonly links: ServerLink[] = [];
  readonly closed: LinkClosed[] = [];
  readonly opened: Channel[] = [];
  readonly process: ChildProcess = spawn('sleep', ['600'], { stdio: 'ignore' });
  obeys = true;
  #listener: UnixListener | null = null;

  async listen(socket: string): Promise<void> {
    this.#listener = await listenUnix(socket, {
      admission: false,
      onLink: (link) => this.#accept(link),
    });
  }

  #accept(link: ServerLink): void {
    this.links.push(link);
    link.onClose((info) => this.closed.push(info));
    link.onBidi((stream) => {
      if (stream.channel !== Channel.control) return void this.opened.push(stream.channel);
      stream.send(encodeControl(this.#info()));
      stream.onMessage((bytes) => this.#hear(link, decodeControl(bytes)));
    });
  }

  #info(): ControlMessage {
    return {
      type: 'SessionInfo',
      sessionId: 'main',
      pid: this.process.pid ?? 0,
      waylandDisplay: 'none',
      state: SessionPhase.detached,
      software: 'fake',
      locked: false,
    };
  }

  #hear(link: Link, message: ControlMessage | { type: 'unknown' }): void {
    this.heard.push({ link, message });
    if (message.type === 'Shutdown' && this.obeys) this.process.kill();
  }

  /** The message, and the link it came on. */
  async hears(type: string, count = 1) {
    return eventually(() => {
      const found = this.heard.filter(({ message }) => message.type === type)[count - 1];
      if (!found) throw new Error(`no ${type}`);
      return found;
    });
  }

  async stop(): Promise<void> {
    this.closeLinks();
    await this.refuse();
  }

  closeLinks(): void {
    for (const link of this.links) link.close(ByeCode.lost, 'killed');
  }

  /** Nobody can connect any more. */
  async refuse(): Promise<void> {
    await this.#listener?.close();
    this.#listener = null;
  }

  async end(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.stop();
  }
}

class Bench {
  readonly session = new FakeSession();
  readonly host: SessionHost;
  readonly scratch: Scratch = scratchFolder();
  readonly socket = join(this.scratch.path, 'main.sock');
  cleanedUp = false;
  readonly #listener: MemoryListener;

  constructor(start?: () => Promise<StartedSession>) {
    const found = { id: 'main', socket: this.socket, process: null };
    this.host = new SessionHost({
      log,
      start: start ?? (async () => found),
      endLeftovers: async () => {
        this.cleanedUp = true;
      },
    });
    this.#listener = new MemoryListener({
      admission: true,
      onLink: (link) =>
        greet(
          link,
          'main',
          () => ({ admitted: true, why: 'test' }),
          log,
          (terminal) => this.host.attach(terminal),
        ),
    });
  }

  async connect(hello: Partial<Hello> = {}): Promise<Person> {
    const link = await this.#listener.connect();
    return new Person(await Attachment.open(link, { ...HELLO, ...hello }, () => 0));
  }
}

/** A terminal's end. */
class Person {
  readonly attachment: Attachment;
  readonly heard: ControlMessage[] = [];
  closed: LinkClosed | null = null;

  constructor(attachment: Attachment) {
    this.attachment = attachment;
    attachment.listen({
      frame() {},
      cursor() {},
      control: (message) => this.heard.push(message),
      closed: (info) => {
        this.closed = info;
      },
    });
  }

  async isClosed(): Promise<LinkClosed> {
    return eventually(() => {
      if (!this.closed) throw new Error('the link is open');
      return this.closed;
    });
  }

  async hears(match: (message: ControlMessage) => boolean): Promise<ControlMessage> {
    return eventually(() => {
      const found = this.heard.find(match);
      if (!found) throw new Error(`only ${JSON.stringify(this.heard)}`);
      return found;
    });
  }
}

async function open(t: ExecutionContext): Promise<Bench> {
  const bench = new Bench();
  await bench.session.listen(bench.socket);
  t.teardown(async () => {
    await bench.session.end();
    await bench.host.end('the test ends');
    bench.scratch[Symbol.dispose]();
  });
  return bench;
}

const inPhase = (state: number) => (message: ControlMessage) =>
  message.type === 'SessionState' && message.state === state;

test('a terminal is joined to the session, its channels are relayed', async (t) => {
  const { host, session, connect } = bound(await open(t));
  await host.start();
  const person = await connect();
  await session.hears('Attach');
  await person.hears(inPhase(SessionPhase.attached));
  await eventually(() => {
    if (session.opened.length < 3) throw new Error('channels are missing');
  });
  t.deepEqual(session.opened.toSorted(), [Channel.input, Channel.cursor, Channel.display]);
});

test('a terminal that comes before the session waits, with its latest wishes', async (t) => {
  const { host, session, connect } = bound(await open(t));
  const person = await connect();
  await person.hears(inPhase(SessionPhase.starting));
  person.attachment.send({ type: 'KeyboardLayout', ...HELLO.keyboard, layout: 'de' });
  await new Promise((resolve) => setImmediate(resolve));
  await host.start();
  const { message } = await session.hears('Attach');
  t.like(message, { keyboard: { layout: 'de' } });
  t.is(person.closed, null);
});

test('channels that are not served are refused in words', async (t) => {
  const { host, connect } = bound(await open(t));
  await host.start();
  const person = await connect();
  await person.attachment.link.openBidi(Channel.audio);
  await person.hears((message) => message.type === 'ChannelRefused');
  t.is(person.closed, null);
});

test('the last terminal wins; the session hears that the first has gone', async (t) => {
  const { host, session, connect } = bound(await open(t));
  await host.start();
  const first = await connect();
  await session.hears('Attach');
  const second = await connect();
  await session.hears('Attach', 2);
  t.is((await first.isClosed()).code, ByeCode.replaced);
  await eventually(() => {
    if (session.closed.length === 0) throw new Error('not heard');
  });
  t.is(second.closed, null);
});

test('what the session says at the end of a link reaches the terminal', async (t) => {
  const { host, session, connect } = bound(await open(t));
  await host.start();
  const person = await connect();
  const { link } = await session.hears('Attach');
  link.close(ByeCode.protocol, 'bad input');
  t.like(await person.isClosed(), { code: ByeCode.protocol, reason: 'bad input' });
});

test('a session that is gone is told, and the next one gets the terminal', async (t) => {
  const { host, session, socket, connect } = bound(await open(t));
  await host.start();
  const person = await connect();
  await session.hears('Attach');
  await session.stop();
  await person.hears(inPhase(SessionPhase.failed));
  await session.listen(socket);
  t.like(await person.isClosed(), { code: ByeCode.normal });
  await connect();
  await session.hears('Attach', 2);
});

test('a terminal that comes while its session ends is told that it is gone, not that it hangs', async (t) => {
  const { host, session, connect } = bound(await open(t));
  await host.start();
  await session.refuse();
  const person = await connect();
  session.closeLinks();
  const told = await person.hears(inPhase(SessionPhase.failed));
  t.regex(told.type === 'SessionState' ? told.message : '', /^the session is gone/);
});

test('a terminal whose session takes no more links has to come again', async (t) => {
  const { host, session, connect } = bound(await open(t));
  await host.start();
  await session.refuse();
  const { code, reason } = await (await connect()).isClosed();
  t.is(code, ByeCode.internal);
  t.regex(reason, /^the session was lost/);
});

test('the end of the server ends the session', async (t) => {
  const { host, session, connect, cleanedUp } = bound(await open(t));
  await host.start();
  const person = await connect();
  await session.hears('Attach');
  await host.end('closing time');
  await session.hears('Shutdown');
  t.false(lives(session.process.pid ?? 0));
  t.like(await person.isClosed(), { code: ByeCode.shutdown, reason: 'closing time' });
  t.true(cleanedUp());
});

test('a session that does not end is killed', async (t) => {
  const { host, session } = bound(await open(t));
  session.obeys = false;
  await host.start();
  const exited = once(session.process, 'exit');
  await host.end('closing time');
  t.deepEqual(await exited, [null, 'SIGKILL']);
});

test('a session that is still starting when the server ends is ended too', async (t) => {
  const { promise: mayStart, resolve: letStart } = Promise.withResolvers<void>();
  const bench = new Bench(async () => {
    await mayStart;
    return { id: 'main', socket: bench.socket, process: null };
  });
  await bench.session.listen(bench.socket);
  t.teardown(() => bench.session.end());
  const starting = bench.host.start();
  const ending = bench.host.end('closing time');
  letStart();
  await Promise.all([starting, ending]);
  t.false(lives(bench.session.process.pid ?? 0));
  bench.scratch[Symbol.dispose]();
});

function bound(bench: Bench) {
  const { host, session, socket } = bench;
  const connect = (hello?: Partial<Hello>) => bench.connect(hello);
  return { host, session, socket, connect, cleanedUp: () => bench.cleanedUp };
}
