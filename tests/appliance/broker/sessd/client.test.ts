import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { LoginListener } from '../../../../appliance/broker/floor/ports.ts';
import { type RunningSession, SessdClient } from '../../../../appliance/broker/sessd/client.ts';
import { type Request, readRequest } from '../../../../appliance/sessd/wire/broker-messages.ts';
import { Channel } from '../../../../appliance/wire/channel.ts';
import { openLog } from '../../../../protocol/node/log.ts';
import { eventually } from '../../../helpers/eventually.ts';
import { type Scratch, scratchFolder } from '../../../helpers/scratch.ts';

const log = openLog({ name: 'test', level: 'silent', readable: false });
const running = { session: 's1', user: 'ann', uid: 1000, pid: 1, socket: '/s1', greeter: false };

/** A wrsessd that says what the test wants. */
class ScriptedSessd {
  readonly scratch: Scratch = scratchFolder();
  readonly heard: Request[] = [];
  readonly secrets: string[] = [];
  sessions: readonly RunningSession[] = [];
  answers = true;
  #server: Server | null = null;
  #channel: Channel | null = null;

  get path(): string {
    return join(this.scratch.path, 'sessd.sock');
  }

  async start(): Promise<this> {
    const server = createServer((socket) => {
      const channel = new Channel(socket, {
        onFrame: ({ head, secrets }) => {
          this.secrets.push(Buffer.from(secrets).toString());
          this.#receive(readRequest(head));
        },
        onClose: () => {},
      });
      this.#channel = channel;
    });
    server.listen(this.path);
    await once(server, 'listening');
    this.#server = server;
    return this;
  }

  say(answer: object): void {
    this.#channel?.send(answer);
  }

  /** Dies; `start` brings it back. */
  stop(): void {
    this.#channel?.[Symbol.dispose]();
    this.#channel = null;
    this.#server?.close();
    rmSync(this.path, { force: true });
  }

  async hears<T extends Request['type']>(type: T): Promise<Request & { type: T }> {
    return eventually(() => {
      const found = this.heard.findLast((request) => request.type === type);
      if (!found) throw new Error(`no ${type} in ${JSON.stringify(this.heard)}`);
      return found as Request & { type: T };
    });
  }

  #receive(request: Request): void {
    this.heard.push(request);
    if (!this.answers || request.type !== 'sessions_requested') return;
    this.sessions.forEach((session, at, { length }) => {
      this.say({ type: 'sessions', sessions: [session], more: at < length - 1 });
    });
    if (this.sessions.length === 0) this.say({ type: 'sessions', sessions: [], more: false });
  }
}

async function open(t: ExecutionContext, sessions: readonly RunningSession[] = []) {
  const sessd = await new ScriptedSessd().start();
  sessd.sessions = sessions;
  const events: string[] = [];
  const client = new SessdClient(sessd.path, log, {
    onUp: (all) => events.push(`up ${all.map(({ session }) => session)}`),
    onDown: () => events.push('down'),
    onEnded: (session, reason) => events.push(`ended ${session} ${reason}`),
    onStray: ({ session }) => events.push(`stray ${session}`),
  });
  t.teardown(() => {
    client[Symbol.dispose]();
    sessd.stop();
    sessd.scratch[Symbol.dispose]();
  });
  client.open();
  const happens = (event: string) =>
    eventually(() => {
      if (!events.includes(event)) throw new Error(`no ${event} in ${events}`);
    });
  await happens(`up ${sessions.map(({ session }) => session)}`);
  return { sessd, client, events, happens };
}

function listener(said: string[]): LoginListener {
  return {
    prompt: (round, prompts) => said.push(`prompt ${round} ${prompts[0]?.text}`),
    message: (_style, text) => said.push(`message ${text}`),
    authenticated: (user, uid) => said.push(`authenticated ${user} ${uid}`),
    unlocked: () => said.push('unlocked'),
    failed: ({ code }) => said.push(`failed ${code}`),
  };
}

const says = (said: string[], what: string) =>
  eventually(() => {
    if (!said.includes(what)) throw new Error(`${said}`);
  });

test('a login asks, answers with wiped secrets, succeeds and starts a session', async (t) => {
  const { sessd, client } = await open(t);
  const said: string[] = [];
  const login = client.login({ terminal: 't1', user: 'ann', session: null }, listener(said));
  const { id, method } = await sessd.hears('session_requested');
  t.is(id, login.id);
  t.is(method, undefined);
  const prompts = [{ style: 'secret', text: 'Password:' }];
  sessd.say({ type: 'authentication_prompt', id, round: 1, prompts });
  await says(said, 'prompt 1 Password:');
  const secret = new Uint8Array(Buffer.from('hunter2'));
  login.answer(1, [secret, null]);
  t.deepEqual(secret, new Uint8Array(7));
  const answer = await sessd.hears('authentication_answer');
  t.deepEqual(answer.answers, [7, null]);
  t.is(sessd.secrets.at(-1), 'hunter2');
  sessd.say({ type: 'session_authenticated', id, user: 'ann', uid: 1000, messages: [] });
  await says(said, 'authenticated ann 1000');

  const start = client.startSession(id, 's1', {
    size: { width: 800, height: 600 },
    choice: 'kiosk',
  });
  t.like(await sessd.hears('session_start'), {
    session: 's1',
    size: { width: 800, height: 600 },
    choice: 'kiosk',
  });
  const { greeter: _, ...started } = running;
  sessd.say({ type: 'session_started', id, ...started });
  t.is((await start).socket, '/s1');
});

test('a session that does not start says why', async (t) => {
  const { sessd, client } = await open(t);
  const start = client.startSession('login', 's1');
  await sessd.hears('session_start');
  sessd.say({ type: 'session_failed', id: 'login', session: 's1', message: 'no room' });
  await t.throwsAsync(start, { message: 'no room', name: 'SessdError' });
});

test('a login that wrsessd takes with it fails, a cancelled one is silent', async (t) => {
  const { sessd, client, happens } = await open(t);
  const [first, second]: [string[], string[]] = [[], []];
  client.login({ terminal: 't1', user: null, session: null }, listener(first));
  const gone = client.login({ terminal: 't1', user: null, session: 's1' }, listener(second));
  await sessd.hears('unlock_requested');
  gone.cancel();
  t.is((await sessd.hears('authentication_cancelled')).id, gone.id);
  sessd.stop();
  await happens('down');
  t.deepEqual(first, ['failed unavailable']);
  t.deepEqual(second, []);
  t.false(client.up);
});

test('while wrsessd is away logins fail at once, and answers are wiped all the same', async (t) => {
  const { sessd, client, happens } = await open(t);
  sessd.stop();
  await happens('down');
  const said: string[] = [];
  const login = client.login({ terminal: 't1', user: 'ann', session: null }, listener(said));
  await says(said, 'failed unavailable');
  const secret = new Uint8Array(Buffer.from('hunter2'));
  login.answer(1, [secret]);
  t.deepEqual(secret, new Uint8Array(7));
  await t.throwsAsync(client.startSession(login.id, 's1'), { code: 'away' });
  const greeter = client.startGreeter({ terminal: 't1', channel: '/c', size: null });
  await t.throwsAsync(greeter, { code: 'away' });
});

test('it connects anew, is told all sessions, and an end asked for meanwhile is told', async (t) => {
  const { sessd, client, events, happens } = await open(t, [running]);
  sessd.stop();
  await happens('down');
  client.logout('s1', 'wanted');
  const other = { ...running, session: 's2', user: 'ben' };
  sessd.sessions = [running, other];
  await sessd.start();
  await happens('up s2');
  t.is((await sessd.hears('session_logout')).session, 's1');
  sessd.say({ type: 'session_ended', session: 's1', reason: 'ended' });
  await happens('ended s1 ended');
  t.deepEqual(events, ['up s1', 'down', 'up s2', 'ended s1 ended']);
});

test('the end of a session that does not run is not asked for', async (t) => {
  const { sessd, client } = await open(t, [running]);
  client.logout('s9', 'unknown');
  client.logout('s1', 'known');
  t.is((await sessd.hears('session_logout')).session, 's1');
  t.is(sessd.heard.filter(({ type }) => type === 'session_logout').length, 1);
});

test('a greeter is started, watched and ended', async (t) => {
  const { sessd, client, events } = await open(t);
  const start = client.startGreeter({ terminal: 't1', channel: '/c', size: null });
  const { id } = await sessd.hears('greeter_start');
  sessd.say({ type: 'greeter_started', id, session: 'g1', uid: 990, pid: 7, socket: '/g1' });
  const greeter = await start;
  const ends: string[] = [];
  greeter.onEnd((reason) => ends.push(reason));
  greeter.end();
  t.is((await sessd.hears('session_logout')).session, 'g1');
  sessd.say({ type: 'session_ended', session: 'g1', reason: 'ended' });
  await says(ends, 'ended');
  greeter.onEnd((reason) => ends.push(`late ${reason}`));
  greeter.end();
  t.deepEqual(ends, ['ended', 'late ended']);
  t.deepEqual(events, ['up '], 'the floor hears nothing of greeters');
});

test('a greeter that ends with wrsessd is told when wrsessd is back', async (t) => {
  const { sessd, client, happens } = await open(t);
  const start = client.startGreeter({ terminal: 't1', channel: '/c', size: null });
  const { id } = await sessd.hears('greeter_start');
  sessd.say({ type: 'greeter_started', id, session: 'g1', uid: 990, pid: 7, socket: '/g1' });
  const ends: string[] = [];
  (await start).onEnd((reason) => ends.push(reason));
  sessd.stop();
  await happens('down');
  t.deepEqual(ends, []);
  await sessd.start();
  await says(ends, 'it ended while wrsessd was away');
});

test('what nobody waits for any more is a stray, or ended', async (t) => {
  const { sessd, happens } = await open(t);
  const { greeter: _, ...started } = running;
  sessd.say({ type: 'session_started', id: 'old', ...started });
  await happens('stray s1');
  sessd.say({ type: 'greeter_started', id: 'old', session: 'g1', uid: 9, pid: 7, socket: '/g' });
  t.is((await sessd.hears('session_logout')).session, 'g1');
});

test('a wrsessd that breaks the rules is left and tried again', async (t) => {
  const { sessd, events, happens } = await open(t);
  sessd.say({ type: 'nonsense' });
  await happens('down');
  await eventually(() => {
    if (events.filter((event) => event === 'up ').length < 2) throw new Error(`${events}`);
  });
  t.pass();
});
