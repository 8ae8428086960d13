import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { HeadlessDisplay } from '../../firmware/display/headless-display.ts';
import { writeScreenshot } from '../../firmware/display/screenshot.ts';
import { wheelOf } from '../../firmware/input/script.ts';
import { Terminal } from '../../firmware/terminal.ts';
import { loadOrCreateIdentity } from '../../protocol/node/identity.ts';
import { openLog } from '../../protocol/node/log.ts';
import { connectTls } from '../../protocol/node/tls-client.ts';
import { eventually } from './eventually.ts';
import { keyPress } from './keys.ts';
import { type Box, Picture } from './picture.ts';
import { repository } from './program.ts';
import { Server } from './server.ts';

const PATIENCE_MS = 20_000;
const DRAG_STEPS = 8;

export const BUTTON = { left: 0x110, right: 0x111, middle: 0x112 } as const;
export type Button = keyof typeof BUTTON;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface DesktopOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** e.g. de or us:intl */
  readonly keyboard?: string;
  /** What the session starts by itself; default: a program without a window. */
  readonly exec?: string;
}

/** A session on a real server, seen and used through a real terminal that a test holds in its hands. */
export class Desktop {
  readonly server: Server;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #clients: Client[] = [];
  readonly #display: HeadlessDisplay;
  readonly #terminal: Terminal;
  readonly #watchers = new Set<() => void>();
  #settles: (() => void)[] = [];
  #bare: Picture | null = null;
  #failure: Error | null = null;

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
      exec,
      size: `${width}x${height}`,
      env: { LANG: 'C.UTF-8', NO_AT_BRIDGE: '1', GTK_A11Y: 'none' },
    });
    try {
      const environment = await environmentOf(server);
      const desktop = new Desktop(server, environment, options, await terminalIdentity(server));
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
    { width = 1000, height = 700, scale = 1, keyboard = '' }: DesktopOptions,
    identity: Awaited<ReturnType<typeof terminalIdentity>>,
  ) {
    this.server = server;
    this.#environment = Object.fromEntries(
      environment.split('\0').map((line) => [line.split('=')[0], line.replace(/^[^=]*=?/, '')]),
    );
    this.#display = new HeadlessDisplay({ width, height });
    const [layout = '', variant = ''] = keyboard.split(':');
    const [host = '', port] = server.address.split(':');
    this.#terminal = new Terminal({
      connect: () => connectTls({ host, port: Number(port), pin: server.fingerprint, identity }),
      display: this.#display,
      keyboard: { rules: '', model: '', layout, variant, options: '' },
      scale,
      name: 'test',
      log: openLog({ name: 'wrclient', level: 'error', readable: false }),
      onPresented: () => this.#changed(),
      onSettled: () => {
        for (const settled of this.#settles.splice(0)) settled();
      },
      onGivenUp: (error) => {
        this.#failure = error;
        this.#changed();
      },
    });
    this.#terminal.start();
  }

  async stop(): Promise<void> {
    this.#terminal.end();
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

  look(): Picture {
    const shown = this.#terminal.picture?.framebuffer;
    if (!shown) throw new Error('there is no picture yet');
    return new Picture(shown);
  }

  /** Resolves with the first picture that is as wanted. @throws Error after 20 s without one */
  until(what: string, isWanted: (picture: Picture) => boolean): Promise<Picture> {
    return new Promise((resolve, reject) => {
      const finish = (conclude: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        conclude();
      };
      const fail = (error: Error): void => finish(() => reject(error));
      const check = (): void => {
        try {
          if (this.#failure) throw this.#failure;
          const picture = this.#terminal.picture && this.look();
          if (picture && isWanted(picture)) finish(() => resolve(picture));
        } catch (error) {
          fail(error as Error);
        }
      };
      const timer = setTimeout(
        () => fail(new Error(`not seen: ${what}; session: ${this.server.sessionLog}`)),
        PATIENCE_MS,
      );
      this.#watchers.add(check);
      check();
    });
  }

  /** Resolves with a picture that is proved and has not changed for a moment. */
  async settled(): Promise<Picture> {
    this.#terminal.watchSettling();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error('the picture does not settle')), PATIENCE_MS);
    this.#settles.push(resolve);
    await promise.finally(() => clearTimeout(timer));
    return this.look();
  }

  /** Resolves when nothing is shown that was not there at the beginning. */
  cleared(): Promise<Picture> {
    return this.until(
      'the empty desktop',
      (now) => this.#bare !== null && now.changedSince(this.#bare) === null,
    );
  }

  /** Keeps what is shown as NAME.png. */
  async save(name: string, directory = folder()): Promise<void> {
    const shown = this.#terminal.picture?.framebuffer;
    if (shown) await writeScreenshot(shown, `${directory}/${name}.png`);
  }

  /** @param keys names joined by +, e.g. Control+Shift+C; all are held until the last was pressed */
  press(keys: string): void {
    const codes = (keys.match(/[^+]+|\+$/g) ?? []).map((name) => keyPress(name).code);
    for (const code of codes) this.key(code, true);
    for (const code of codes.reverse()) this.key(code, false);
  }

  /** Types by the keys of a US keyboard, whatever layout the session has. */
  type(text: string): void {
    for (const character of text) {
      const { code, shift } = keyPress(character);
      if (shift) this.key(keyPress('Shift').code, true);
      this.key(code, true);
      this.key(code, false);
      if (shift) this.key(keyPress('Shift').code, false);
    }
  }

  hold(name: string): void {
    this.key(keyPress(name).code, true);
  }

  release(name: string): void {
    this.key(keyPress(name).code, false);
  }

  key(code: number, pressed: boolean): void {
    this.#terminal.input({ type: 'Key', code, pressed });
  }

  move({ x, y }: Place): void {
    const at = { x: Math.round(x * 256), y: Math.round(y * 256) };
    this.#terminal.input({ type: 'PointerMotion', output: 0, ...at });
    this.#terminal.input({ type: 'PointerFrame' });
  }

  button(button: Button, pressed: boolean): void {
    this.#terminal.input({ type: 'PointerButton', code: BUTTON[button], pressed });
    this.#terminal.input({ type: 'PointerFrame' });
  }

  click(at: Place, button: Button = 'left', times = 1): void {
    this.move(at);
    for (let i = 0; i < times; i++) {
      this.button(button, true);
      this.button(button, false);
    }
  }

  /**
   * Presses, moves there and releases unless told not to. A client may begin a move or a drag of data only after the
   * first motion: it has the time for that before the motion goes on.
   */
  async drag(from: Place, to: Place, button: Button = 'left', release = true): Promise<void> {
    this.move(from);
    this.button(button, true);
    await this.settled();
    for (let step = 1; step <= DRAG_STEPS; step++) {
      const part = step / DRAG_STEPS;
      this.move({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
      if (step === 1) await this.settled();
    }
    await this.settled();
    if (release) this.button(button, false);
  }

  /** @param dy notches, downwards */
  wheel(dy: number): void {
    for (const input of wheelOf({ dy })) this.#terminal.input(input);
  }

  touch(type: 'TouchDown' | 'TouchMotion', id: number, { x, y }: Place): void {
    const at = { x: Math.round(x * 256), y: Math.round(y * 256) };
    this.#terminal.input({ type, id, output: 0, ...at });
    this.#terminal.input({ type: 'TouchFrame' });
  }

  touchUp(id: number): void {
    this.#terminal.input({ type: 'TouchUp', id });
    this.#terminal.input({ type: 'TouchFrame' });
  }

  /** Gives the terminal another size, as a person who resizes its window. */
  async resize(width: number, height: number): Promise<Picture> {
    this.#display.resize(width, height);
    this.#terminal.resized();
    await this.until(
      `a picture of ${width} x ${height}`,
      (picture) => picture.width === width && picture.height === height,
    );
    return this.settled();
  }

  #changed(): void {
    for (const check of [...this.#watchers]) check();
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

function folder(): string {
  const path = `${repository}/tests/system/build`;
  mkdirSync(path, { recursive: true });
  return path;
}
