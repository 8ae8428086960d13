import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Answer, readAnswer } from '../../../appliance/sessd/wire/broker-messages.ts';
import { Channel } from '../../../appliance/wire/channel.ts';
import { findAccount } from '../../../native/process/index.ts';
import { lives } from '../../helpers/processes.ts';
import { Program, repository } from '../../helpers/program.ts';
import { type Scratch, scratchFolder } from '../../helpers/scratch.ts';

export const PASSWORD = 'Correct-Horse-7-Battery';
export const MODULE = join(repository, 'native/build/pam/pam_wayray_test.so');
export const STAND_IN = join(repository, 'tests/appliance/sessd/stand-in.js');
export const isRoot = process.getuid?.() === 0;

/** Programs of this checkout can be run by the users that the tests make: no folder above it is closed to them. */
export const reachesUsers =
  isRoot &&
  repository
    .split('/')
    .map((_, depth, parts) => parts.slice(0, depth + 1).join('/') || '/')
    .every((folder) => (statSync(folder).mode & 0o001) !== 0);

/** Users of the machine that go with the test. */
export class Users {
  readonly names: string[] = [];

  add(kind: string, ...changes: string[][]): string {
    const name = `wrt${process.pid}${kind}`;
    execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', name]);
    this.names.push(name);
    execFileSync('chpasswd', { input: `${name}:${PASSWORD}\n` });
    for (const [program = '', ...args] of changes) execFileSync(program, [...args, name]);
    return name;
  }

  [Symbol.dispose](): void {
    for (const name of this.names)
      execFileSync('userdel', ['--remove', '--force', name], { stdio: 'ignore' });
  }
}

export interface RigOptions {
  readonly args?: readonly string[];
  readonly services?: Readonly<Record<string, string>>;
  readonly times?: object;
  /** Sessions are real ones instead of a stand-in. */
  readonly real?: true;
  /** wrsessd.toml */
  readonly config?: string;
}

const UNIX = [
  'auth required pam_unix.so',
  `auth required ${MODULE}`,
  'account required pam_unix.so',
  'password required pam_unix.so sha512',
].join('\n');

/** A wrsessd of its own with PAM services of its own. */
export class Rig {
  readonly folder: Scratch = scratchFolder();
  readonly marks = join(this.folder.path, 'marks');
  readonly socket = join(this.folder.path, 'asked.sock');
  readonly runDir = join(this.folder.path, 'run');
  program!: Program;
  readonly #options: RigOptions;
  readonly #clients: Client[] = [];

  constructor(options: RigOptions = {}) {
    this.#options = options;
    chmodSync(this.folder.path, 0o711);
    mkdirSync(join(this.folder.path, 'pam'));
    const session = `session required ${MODULE} mark=${this.marks}`;
    const services = { wayray: UNIX, 'wayray-unlock': UNIX, other: 'auth required pam_deny.so' };
    for (const [name, lines] of Object.entries({ ...services, ...options.services }))
      writeFileSync(join(this.folder.path, 'pam', name), `${lines}\n${session}\n`);
  }

  async start(): Promise<this> {
    const { path } = this.folder;
    const times = { floorMs: 300, jitterMs: 50, freeAttempts: 1000, ...this.#options.times };
    const args = [
      '--socket',
      this.socket,
      '--run-dir',
      this.runDir,
      '--log-dir',
      join(path, 'log'),
    ];
    const config = join(path, 'wrsessd.toml');
    writeFileSync(config, this.#options.config ?? '');
    args.push('--config', config);
    args.push('--broker-user', 'nobody', '--launcher', 'direct', '--min-uid', '1000');
    args.push('--pam-confdir', join(path, 'pam'));
    if (!this.#options.real) args.push('--test-program', STAND_IN);
    args.push('--test-times', JSON.stringify(times), ...(this.#options.args ?? []));
    this.program = new Program('appliance/sessd/main.js', args);
    await this.program.says(/"wrsessd serves"/, 'stderr').catch(async () => {
      // Its log goes to standard error as JSON; whichever stream it takes, it has to say so.
      await this.program.says(/"wrsessd serves"/);
    });
    return this;
  }

  async client(): Promise<Client> {
    const client = await Client.connect(this.socket);
    this.#clients.push(client);
    return client;
  }

  get audit(): Record<string, unknown>[] {
    return readFileSync(join(this.folder.path, 'log/audit.jsonl'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Its sessions' processes have its standard error: that it has ended is all there is to wait for. */
  async kill(): Promise<void> {
    const ended = once(this.program.process, 'exit');
    this.program.process.kill('SIGKILL');
    await ended;
  }

  /** Ends the sessions that run, then wrsessd. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.program.running) await this.#endSessions();
    } finally {
      for (const client of this.#clients) client[Symbol.dispose]();
      await this.program.stop();
      this.folder[Symbol.dispose]();
    }
  }

  async #endSessions(): Promise<void> {
    const client = await this.client();
    client.send({ type: 'sessions_requested' });
    const { sessions } = await client.answer('sessions');
    for (const { session } of sessions) {
      client.send({ type: 'session_logout', session, reason: 'test' });
      await client.answer('session_ended');
    }
  }
}

type Of<T extends Answer['type']> = Extract<Answer, { type: T }>;

/** A broker's side of the socket. */
export class Client {
  readonly socket: Socket;
  readonly channel: Channel;
  readonly closed: Promise<Error | null>;
  readonly heard: Answer[] = [];
  readonly #unread: Answer[] = [];
  #watchers: (() => void)[] = [];
  #isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    this.closed = promise;
    this.channel = new Channel(socket, {
      onFrame: ({ head }) => {
        const answer = readAnswer(head);
        this.heard.push(answer);
        this.#unread.push(answer);
        this.#wake();
      },
      onClose: (error) => {
        this.#isClosed = true;
        resolve(error);
        this.#wake();
      },
    });
  }

  #wake(): void {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }

  static async connect(path: string): Promise<Client> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new Client(socket);
  }

  send(request: object, answers: readonly string[] = []): void {
    this.channel.send(
      request,
      answers.map((answer) => new Uint8Array(Buffer.from(answer))),
    );
  }

  /** The next answer of a kind, for a login if one is named; others stay unread. @throws Error after 15 s without */
  async answer<T extends Answer['type']>(type: T | T[], id?: string): Promise<Of<T>> {
    const wanted: readonly string[] = [type].flat();
    const deadlineMs = performance.now() + 15_000;
    for (;;) {
      const at = this.#unread.findIndex(
        (answer) =>
          wanted.includes(answer.type) &&
          (id === undefined || ('id' in answer && answer.id === id)),
      );
      if (at >= 0) return this.#unread.splice(at, 1)[0] as Of<T>;
      const leftMs = deadlineMs - performance.now();
      if (this.#isClosed || leftMs <= 0)
        throw new Error(`no ${wanted} among ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  request(id: string, user?: string, more: object = {}): void {
    this.send({
      type: 'session_requested',
      id,
      terminal: 't1',
      ...(user ? { user } : {}),
      ...more,
    });
  }

  /** Answers the next round of a login. */
  async reply(id: string, ...answers: (string | null)[]): Promise<Of<'authentication_prompt'>> {
    const prompt = await this.answer('authentication_prompt', id);
    const lengths = answers.map((answer) => (answer === null ? null : Buffer.byteLength(answer)));
    const given = answers.filter((answer) => answer !== null);
    this.send({ type: 'authentication_answer', id, round: prompt.round, answers: lengths }, given);
    return prompt;
  }

  /** A login with a password, to its end. */
  async logIn(id: string, user: string, password = PASSWORD) {
    this.request(id, user);
    await this.reply(id, password);
    return this.answer(['session_authenticated', 'authentication_failed'], id);
  }

  async startSession(id: string, user: string, session: string): Promise<Of<'session_started'>> {
    const end = await this.logIn(id, user);
    if (end.type !== 'session_authenticated') throw new Error(JSON.stringify(end));
    this.send({ type: 'session_start', id, session, size: { width: 800, height: 600 } });
    const answer = await this.answer(['session_started', 'session_failed'], id);
    if (answer.type !== 'session_started') throw new Error(JSON.stringify(answer));
    return answer;
  }

  [Symbol.dispose](): void {
    this.channel[Symbol.dispose]();
  }
}

/** What the stand-in tells about itself. */
export interface About {
  pid: number;
  strayPid: number;
  uid: number;
  gid: number;
  groups: number[];
  cwd: string;
  environment: Record<string, string>;
  cgroup: string;
  runtimeMode: number;
  runtimeUid: number;
  words: string[];
}

export async function aboutOf(path: string): Promise<About> {
  const chunks: Buffer[] = [];
  for await (const chunk of connect(path)) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as About;
}

export function uidOf(user: string): number {
  const account = findAccount(user);
  if (!account) throw new Error(`no user ${user}`);
  return account.uid;
}

/** Process ids of the children that live. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .filter(lives);
}
