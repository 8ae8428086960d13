import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import type { ArrivedFrame } from '../../firmware/connection/attachment.ts';
import type { HeadlessOutput } from '../../firmware/display/headless-display.ts';
import { loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { eventually } from './eventually.ts';
import { HeldTerminal, type HeldTerminalOptions, PATIENCE_MS } from './held-terminal.ts';
import type { Box, Picture } from './picture.ts';
import { Server, type ServerOptions } from './server.ts';

export { BUTTON, type Button, type Place } from './held-terminal.ts';

export interface DesktopOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** Instead of one of that size and scale. */
  readonly outputs?: readonly HeadlessOutput[];
  /** e.g. de or us:intl */
  readonly keyboard?: string;
  /** What the session starts by itself; default: a program without a window. */
  readonly exec?: string;
  /** How and where its server runs. */
  readonly place?: Pick<ServerOptions, 'listen' | 'prefix' | 'arguments'>;
  /** The way from the terminal to the server; given the server's host:port, and that of the way is returned. */
  readonly through?: (address: string) => Promise<string>;
  /** Called for each frame that the terminal shows. */
  readonly onFrame?: (frame: ArrivedFrame) => void;
}

/** A session on a real server, seen and used through a real terminal that a test holds in its hands. */
export class Desktop extends HeldTerminal {
  readonly server: Server;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #clients: Client[] = [];
  #bare: Picture | null = null;

  /** Ends with the test. A picture of a failed test is kept in tests/system/build. */
  static async open(t: ExecutionContext, options: DesktopOptions = {}): Promise<Desktop> {
    const desktop = await Desktop.start(options);
    t.teardown(async () => {
      if (!t.passed) await desktop.save(`failed ${t.title.replaceAll(/[^\w ]/g, '')}`);
      await desktop.stop();
    });
    return desktop;
  }

  static async start(options: DesktopOptions): Promise<Desktop> {
    const { width = 1000, height = 700, exec = 'sleep infinity' } = options;
    const server = await Server.start({
      ...options.place,
      exec,
      size: `${width}x${height}`,
      env: { LANG: 'C.UTF-8', NO_AT_BRIDGE: '1', GTK_A11Y: 'none' },
    });
    try {
      const environment = await environmentOf(server);
      const address = (await options.through?.(server.address)) ?? server.address;
      const identity = await terminalIdentity(server);
      const desktop = new Desktop(server, environment, options, { address, identity });
      // The desktop says how to start something; or, begun by a window, it has that.
      await desktop.until('the desktop with its hint', (now) => now.colours() > 1);
      await desktop.settled();
      desktop.#bare = desktop.look();
      return desktop;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(
    server: Server,
    environment: string,
    options: DesktopOptions,
    { address, identity }: Pick<HeldTerminalOptions, 'address' | 'identity'>,
  ) {
    const { fingerprint } = server;
    const describe = () => `session: ${server.sessionLog}`;
    super({ ...options, address, fingerprint, identity, describe });
    this.server = server;
    this.#environment = Object.fromEntries(
      environment.split('\0').map((line) => [line.split('=')[0], line.replace(/^[^=]*=?/, '')]),
    );
  }

  async stop(): Promise<void> {
    this.end();
    await Promise.all(this.#clients.map((client) => client.stop()));
    await this.server.stop();
  }

  /** A file in the home of the session's user. */
  file(name: string): string {
    return this.server.file(`home/${name}`);
  }

  /** Resolves with the whole lines of a file in the session's home, once there are that many. */
  lines(name: string, count = 1): Promise<string[]> {
    return eventually(() => {
      const lines = readFileSync(this.file(name), 'utf8').split('\n').slice(0, -1);
      if (lines.length < count) throw new Error(`only ${JSON.stringify(lines)} in ${name}`);
      return lines;
    }, PATIENCE_MS);
  }

  /** Starts a program in the session, as its user would from a shell there. */
  run(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Client {
    const client = new Client(command, args, { ...this.#environment, ...env });
    this.#clients.push(client);
    return client;
  }

  /** Starts a program whose picture moves by itself and waits for its window. */
  async show(
    command: string,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Client> {
    // What is still on its way must not be taken for the window.
    const before = await this.settled();
    const client = this.run(command, args, env);
    const picture = await this.until(`a window of ${command}`, (now) => {
      if (!client.running) throw new Error(`${command} ended: ${client.stdout}${client.stderr}`);
      return now.changedShare(before) > 0.005;
    });
    client.before = before;
    client.box = picture.changedSince(before) ?? picture.whole;
    return client;
  }

  /** Starts a program and waits until its window stands still. */
  async open(
    command: string,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Client> {
    const client = await this.show(command, args, env);
    const picture = await this.settled();
    client.box = picture.changedSince(client.before) ?? picture.whole;
    return client;
  }

  /** Resolves when nothing is shown that was not there at the beginning. */
  cleared(): Promise<Picture> {
    return this.until(
      'the empty desktop',
      (now) => this.#bare !== null && now.changedSince(this.#bare) === null,
    );
  }
}

/** A program in the session, with what it says. */
export class Client {
  readonly process: ChildProcess;
  /** Around its first window with title bar and shadow, as it appeared. */
  box: Box = { x: 0, y: 0, width: 0, height: 0 };
  /** The session without it. */
  before!: Picture;
  stdout = '';
  stderr = '';
  readonly #gone: Promise<void>;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.process = spawn(command, args, {
      env,
      cwd: env['HOME'],
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString();
    });
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.#gone = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('exit', () => resolve());
    });
    this.#gone.catch(() => {});
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Resolves with the first match in what it says. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return eventually(() => {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      throw new Error(`no ${pattern} in: ${this.stdout}${this.stderr}`);
    }, PATIENCE_MS);
  }

  /** Resolves when it has ended by itself, with what it said. */
  async ended(): Promise<string> {
    await eventually(() => {
      if (this.running) throw new Error(`still running: ${this.stdout}${this.stderr}`);
    }, PATIENCE_MS);
    return this.stdout;
  }

  /** Ends it with all that it started. */
  async stop(): Promise<void> {
    const { pid } = this.process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.#gone;
  }
}

/** What the session gives to its applications, as its first one has it. */
function environmentOf(server: Server): Promise<string> {
  return eventually(() => {
    const started = /"pid":(\d+),"msg":"application started"/.exec(server.sessionLog);
    if (!started) throw new Error(`no application in: ${server.sessionLog}`);
    const environment = readFileSync(`/proc/${started[1]}/environ`, 'utf8');
    if (!/(^|\0)WAYLAND_DISPLAY=/.test(environment))
      throw new Error('the application has not begun');
    return environment;
  });
}

function terminalIdentity(server: Server) {
  return loadOrCreateIdentity(server.file('terminal-identity'), {
    algorithm: 'ed25519',
    name: 'WayRay terminal test',
  });
}
