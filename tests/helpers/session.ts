import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { NativePicture } from '../../firmware/display/native-picture.ts';
import { Screen } from '../../firmware/display/screen.ts';
import { writeScreenshot } from '../../firmware/display/screenshot.ts';
import { InputSender } from '../../firmware/input/input-sender.ts';
import { Channel } from '../../protocol/channel.ts';
import { decodeFrameUnit } from '../../protocol/frame-unit.ts';
import {
  ByeCode,
  type ControlMessage,
  decodeControl,
  encodeControl,
  type KeyboardNames,
  type OutputInfo,
  Role,
} from '../../protocol/generated/control.ts';
import { encodeDisplay } from '../../protocol/generated/display.ts';
import type { ClientLink } from '../../protocol/link/connector.ts';
import { connectUnix } from '../../protocol/node/unix.ts';
import { Client } from './desktop.ts';
import { eventually } from './eventually.ts';
import { keyPress } from './keys.ts';
import { Picture } from './picture.ts';
import { Program, repository } from './program.ts';
import { type Scratch, scratchFolder } from './scratch.ts';

const PATIENCE_MS = 20_000;
const NO_KEYBOARD: KeyboardNames = { rules: '', model: '', layout: '', variant: '', options: '' };

export interface SessionOptions {
  /** Content of the user's session.toml. */
  readonly user?: string;
  /** Content of everybody's session.toml. */
  readonly system?: string;
  readonly arguments?: readonly string[];
  /** Of Node. */
  readonly flags?: readonly string[];
}

export function monitor(
  widthPx: number,
  heightPx: number,
  more: Partial<OutputInfo> = {},
): OutputInfo {
  const size = { widthPx, heightPx, widthMm: 0, heightMm: 0 };
  const screen = { id: 0, name: 'TEST-1', make: 'Acme', model: 'Model T', ...size };
  return { ...screen, scale120: 120, refreshMhz: 60_000, x: 0, y: 0, transform: 0, ...more };
}

/** A wrcomp as wrsessd starts it, with a broker's link to it. */
export class Session {
  readonly program: Program;
  readonly scratch: Scratch = scratchFolder();
  readonly heard: (ControlMessage | { type: 'unknown' })[] = [];
  readonly #views: View[] = [];
  readonly #clients: Client[] = [];
  #watch!: ClientLink;

  /** Ends with the test. @param prepare its folder, with `home`, `run`, `user` and `system` in it */
  static async start(
    t: ExecutionContext,
    options: SessionOptions = {},
    prepare: (folder: string) => void = () => {},
  ): Promise<Session> {
    const session = new Session(options, prepare);
    t.teardown(() => session.stop());
    await session.program.says(/session serves/, 'stderr');
    session.#watch = await connectUnix(session.#socket);
    session.#watch.controlStream.onMessage((bytes) => session.heard.push(decodeControl(bytes)));
    return session;
  }

  private constructor(
    { user, system, arguments: more = [], flags = [] }: SessionOptions,
    prepare: (folder: string) => void,
  ) {
    for (const folder of ['home', 'run', 'user', 'system'])
      mkdirSync(this.file(folder), { mode: 0o700 });
    if (user !== undefined) writeFileSync(this.file('user/session.toml'), user);
    if (system !== undefined) writeFileSync(this.file('system/session.toml'), system);
    prepare(this.scratch.path);
    const args = ['--session', 'test', '--socket', this.#socket, '--broker-locks'];
    args.push('--user-config', this.file('user'), '--system-config', this.file('system'));
    const environment = {
      ...process.env,
      XDG_RUNTIME_DIR: this.file('run'),
      XDG_STATE_HOME: '',
      HOME: this.file('home'),
      LANG: 'C.UTF-8',
      NO_AT_BRIDGE: '1',
    };
    const words = [...args, ...more];
    this.program = new Program('appliance/session/main.js', words, environment, [], flags);
  }

  file(name: string): string {
    return `${this.scratch.path}/${name}`;
  }

  get log(): string {
    return this.program.stderr;
  }

  async logs(pattern: RegExp): Promise<void> {
    await this.program.says(pattern, 'stderr');
  }

  say(message: ControlMessage): void {
    this.#watch.controlStream.send(encodeControl(message));
  }

  /** The broker goes away. */
  leave(): void {
    this.#watch.close(ByeCode.normal, 'the broker has gone');
  }

  async hears(type: ControlMessage['type']): Promise<ControlMessage | { type: 'unknown' }> {
    return eventually(() => {
      const found = this.heard.find((message) => message.type === type);
      if (!found) throw new Error(`no ${type}; log: ${this.log}`);
      return found;
    });
  }

  /** The process ids of all that were started under this name, the last one last. */
  started(name: string): number[] {
    const pattern = new RegExp(
      `"application":"${name}","command":"[^\\n]*?","pid":(\\d+),"msg":"application started"`,
      'g',
    );
    return [...this.log.matchAll(pattern)].map((match) => Number(match[1]));
  }

  async startedTimes(name: string, count: number): Promise<number> {
    return eventually(() => {
      const pids = this.started(name);
      if (pids.length < count) throw new Error(`${name} started ${pids.length} times: ${this.log}`);
      return pids[count - 1] ?? 0;
    }, PATIENCE_MS);
  }

  /** What its applications find, as one that runs has it. */
  async environment(): Promise<Record<string, string>> {
    return eventually(() => {
      const started = [...this.log.matchAll(/"pid":(\d+),"msg":"application started"/g)];
      for (const [, pid] of started) {
        const found = environmentOf(Number(pid));
        if (found['WAYLAND_DISPLAY']) return found;
      }
      throw new Error('no application runs');
    });
  }

  /** Starts a program as the user would from a shell in the session. */
  async run(command: string, args: readonly string[] = []): Promise<Client> {
    const client = new Client(command, args, await this.environment());
    this.#clients.push(client);
    return client;
  }

  /** Runs wrsession in the session to its end. */
  async wrsession(...args: string[]): Promise<Client> {
    const main = `${repository}/appliance/session/wrsession-main.js`;
    const client = await this.run(process.execPath, [main, ...args]);
    await client.ended();
    return client;
  }

  /** Shows the session on a terminal with these screens; the first is looked at. */
  async attach(...outputs: OutputInfo[]): Promise<View> {
    return this.attachAs([], ...outputs);
  }

  /** @param capabilities of the terminal */
  async attachAs(capabilities: string[], ...outputs: OutputInfo[]): Promise<View> {
    const screens = outputs.length > 0 ? outputs : [monitor(1000, 700)];
    const view = await View.open(this.#socket, screens, capabilities);
    this.#views.push(view);
    return view;
  }

  async stop(): Promise<void> {
    for (const view of this.#views) view.close();
    for (const client of this.#clients) await client.stop();
    await this.program.stop();
    this.scratch[Symbol.dispose]();
  }

  get #socket(): string {
    return this.file('b.sock');
  }
}

/** A terminal that shows a session, without a broker between them. */
export class View {
  readonly link: ClientLink;
  readonly #screen: Screen<NativePicture>;
  readonly #input: InputSender;
  readonly #output: number;
  readonly #watchers = new Set<() => void>();
  /** Of all frames so far. */
  bytes = 0;
  frames = 0;
  #settles: (() => void)[] = [];

  static async open(
    socket: string,
    outputs: readonly OutputInfo[],
    capabilities: string[],
  ): Promise<View> {
    const link = await connectUnix(socket);
    const attach = { terminalId: 'test', connectionId: 'c', role: Role.terminal, capabilities };
    const shown = { outputs: [...outputs], keyboard: NO_KEYBOARD, view: 0, rttUs: 0 };
    link.controlStream.onMessage(() => {});
    link.controlStream.send(encodeControl({ type: 'Attach', ...attach, ...shown }));
    const [input, , display] = await Promise.all(
      [Channel.input, Channel.cursor, Channel.display].map((channel) => link.openBidi(channel)),
    );
    if (!input || !display) throw new Error('no channels');
    return new View(link, input, display, outputs[0]?.id ?? 0);
  }

  private constructor(
    link: ClientLink,
    input: { send(bytes: Uint8Array): boolean },
    display: { send(bytes: Uint8Array): boolean },
    output: number,
  ) {
    this.link = link;
    this.#output = output;
    this.#input = new InputSender((bytes) => void input.send(bytes), nowUs);
    this.#screen = new Screen<NativePicture>({
      createPicture: (width, height) => new NativePicture(width, height),
      draw: () => this.#changed(),
      requestKeyFrame: (reason) =>
        void display.send(encodeDisplay({ type: 'KeyFrameRequest', output, reason, view: 0 })),
      onVerified: () => {
        for (const settled of this.#settles.splice(0)) settled();
      },
    });
    link.onUni((_channel, unit) => {
      const { header, payload } = decodeFrameUnit(unit);
      this.bytes += unit.length;
      this.frames++;
      const times = { receivedUs: nowUs(), presentedUs: nowUs(), decodeUs: 0 };
      const { frame } = header;
      display.send(
        encodeDisplay({ type: 'FrameAck', frame, output: header.output, ...times, view: 0 }),
      );
      if (header.output !== this.#output) return;
      this.#screen.receive({ header, payload, bytes: unit.length, receivedUs: nowUs() });
    });
  }

  look(): Picture {
    const picture = this.#screen.picture;
    if (!picture) throw new Error('there is no picture yet');
    return new Picture(picture.framebuffer);
  }

  /** Resolves with the first picture that is as wanted. @throws Error after 20 s without one */
  until(what: string, isWanted: (picture: Picture) => boolean): Promise<Picture> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const picture = this.#screen.picture && this.look();
        if (!picture || !isWanted(picture)) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve(picture);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        void this.save('failed-session-view');
        reject(new Error(`not seen: ${what}; link: ${JSON.stringify(this.link.closed)}`));
      }, PATIENCE_MS);
      this.#watchers.add(check);
      check();
    });
  }

  /** Resolves with a picture that is proved and has not changed for a moment. */
  async settled(): Promise<Picture> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error('the picture does not settle')), PATIENCE_MS);
    this.#settles.push(resolve);
    this.#screen.watchSettling();
    await promise.finally(() => clearTimeout(timer));
    return this.look();
  }

  /** Keeps what is shown as tests/system/build/NAME.png. */
  async save(name: string): Promise<void> {
    const folder = `${repository}/tests/system/build`;
    mkdirSync(folder, { recursive: true });
    const picture = this.#screen.picture;
    if (picture) await writeScreenshot(picture.framebuffer, `${folder}/${name}.png`);
  }

  /** @param keys names joined by +, e.g. Super+Enter */
  press(keys: string): void {
    const codes = keys.split('+').map((name) => keyPress(name).code);
    for (const code of codes) this.#input.send({ type: 'Key', code, pressed: true });
    for (const code of codes.reverse()) this.#input.send({ type: 'Key', code, pressed: false });
  }

  /** Types by the keys of a US keyboard, whatever layout the session has. */
  type(text: string): void {
    for (const character of text) this.press(character === '+' ? '=' : character);
  }

  configure(...outputs: OutputInfo[]): void {
    this.link.controlStream.send(encodeControl({ type: 'OutputsConfigure', outputs }));
  }

  move(x: number, y: number): void {
    const at = { output: this.#output, x: Math.round(x * 256), y: Math.round(y * 256) };
    this.#input.send({ type: 'PointerMotion', ...at });
    this.#input.send({ type: 'PointerFrame' });
  }

  button(pressed: boolean): void {
    this.#input.send({ type: 'PointerButton', code: 0x110, pressed });
    this.#input.send({ type: 'PointerFrame' });
  }

  close(): void {
    this.#screen[Symbol.dispose]();
    this.link.close(ByeCode.normal, 'the terminal has gone');
  }

  #changed(): void {
    for (const check of [...this.#watchers]) check();
  }
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Empty for a process that has ended. */
function environmentOf(pid: number): Record<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return Object.fromEntries(
      lines.map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=?/, '')]),
    );
  } catch {
    return {};
  }
}
