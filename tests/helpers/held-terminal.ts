import { mkdirSync } from 'node:fs';
import type { CardReader } from '../../firmware/card/card-reader.ts';
import { SoftwareToken } from '../../firmware/card/software-token.ts';
import type { ArrivedFrame } from '../../firmware/connection/attachment.ts';
import { HeadlessDisplay, type HeadlessOutput } from '../../firmware/display/headless-display.ts';
import { writeScreenshot } from '../../firmware/display/screenshot.ts';
import type { HostFacts } from '../../firmware/information/facts.ts';
import { type AwaitedShown, wheelOf } from '../../firmware/input/script.ts';
import type { Showing } from '../../firmware/stage.ts';
import { nowUs, Terminal } from '../../firmware/terminal.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import type { Link } from '../../protocol/link/link.ts';
import type { Identity } from '../../protocol/node/identity.ts';
import { openLog } from '../../protocol/node/log.ts';
import { connectTls } from '../../protocol/node/tls-client.ts';
import { keyPress } from './keys.ts';
import { Picture } from './picture.ts';
import { repository } from './program.ts';

export const PATIENCE_MS = 20_000;
const DRAG_STEPS = 8;

export const BUTTON = { left: 0x110, right: 0x111, middle: 0x112 } as const;
export type Button = keyof typeof BUTTON;

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface HeldTerminalOptions {
  /** host:port */
  readonly address: string;
  readonly fingerprint: string;
  readonly identity: Identity;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** Instead of one of that size and scale. */
  readonly outputs?: readonly HeadlessOutput[];
  /** e.g. de or us:intl */
  readonly keyboard?: string;
  readonly name?: string;
  /** One-time code that lets it in. */
  readonly enrol?: string;
  /** Key file of a software token, made when missing; insertToken() brings it. */
  readonly tokenFile?: string;
  /** Instead of connectTls, e.g. to record what comes. */
  readonly connect?: () => Promise<Link>;
  readonly readers?: readonly CardReader[];
  /** Tries again after a refusal, as a terminal on a desk does. */
  readonly endless?: boolean;
  /** What its information page tells of the machine. */
  readonly facts?: () => HostFacts;
  /** Called for each change of view or page, and with it the time of CLOCK_MONOTONIC. */
  readonly onShowing?: (showing: Showing, timeNs: bigint) => void;
  /** Called for each frame that was shown. */
  readonly onFrame?: (frame: ArrivedFrame) => void;
  /** Said when something is not seen. */
  readonly describe?: () => string;
}

/** A real terminal that a test holds in its hands. */
export class HeldTerminal {
  readonly terminal: Terminal;
  /** What was shown so far on servers with views, oldest first. */
  readonly history: Showing[] = [];
  readonly #token: SoftwareToken | null;
  readonly #describe: () => string;
  readonly #display: HeadlessDisplay;
  readonly #watchers = new Set<() => void>();
  #settles: (() => void)[] = [];
  #failure: Error | null = null;

  constructor(options: HeldTerminalOptions) {
    const { width = 1000, height = 700, scale = 1, keyboard = '', tokenFile } = options;
    const { address, fingerprint, identity, describe, onShowing } = options;
    this.#describe = () =>
      `it shows ${JSON.stringify(this.terminal.showing)}; ${describe?.() ?? this.terminal.lastFailure}`;
    this.#display = new HeadlessDisplay(...(options.outputs ?? [{ width, height, scale }]));
    this.#token = tokenFile ? new SoftwareToken({ file: tokenFile, nowUs, inserted: false }) : null;
    const [layout = '', variant = ''] = keyboard.split(':');
    const [host = '', port] = address.split(':');
    this.terminal = new Terminal({
      connect:
        options.connect ??
        (() => connectTls({ host, port: Number(port), pin: fingerprint, identity })),
      display: this.#display,
      keyboard: { rules: '', model: '', layout, variant, options: '' },
      name: options.name ?? 'test',
      fingerprint: identity.fingerprint,
      readers: [...(this.#token ? [this.#token] : []), ...(options.readers ?? [])],
      endless: options.endless === true,
      ...(options.facts ? { facts: options.facts } : {}),
      ...(options.enrol ? { credential: options.enrol } : {}),
      log: openLog({ name: 'wrclient', level: 'error', readable: false }),
      onPresented: (frame) => {
        options.onFrame?.(frame);
        this.#changed();
      },
      onSettled: () => {
        for (const settled of this.#settles.splice(0)) settled();
      },
      onShowing: (showing) => {
        this.history.push(showing);
        onShowing?.(showing, process.hrtime.bigint());
        this.#changed();
      },
      onGivenUp: (error) => {
        this.#failure = error;
        this.#changed();
      },
    });
    this.terminal.start();
  }

  /** Leaves the server, as by switching the terminal off in good order. */
  end(): void {
    this.terminal.end();
  }

  get showing(): Showing {
    return this.terminal.showing;
  }

  /** SHA-256 of the software token's public key. */
  get tokenId(): string {
    return this.#softwareToken().id;
  }

  insertToken(): void {
    this.#softwareToken().insert();
  }

  removeToken(): void {
    this.#softwareToken().remove();
  }

  /** Resolves when this is shown: a session, a greeter, nothing, any page, or the page of this name. @throws Error after 20 s */
  async shows(what: AwaitedShown | 'dark'): Promise<Showing> {
    await this.#until(what, () => {
      const { showing } = this.terminal;
      return showing.what === what || (showing.what === 'page' && showing.page.name === what);
    });
    return this.terminal.showing;
  }

  /** What a person sees, page or session, once it is drawn; null for the dark. */
  async see(output?: number): Promise<Picture | null> {
    const shown = await this.#display.look(output);
    return shown && new Picture(shown);
  }

  look(): Picture {
    const shown = this.terminal.picture?.framebuffer;
    if (!shown) throw new Error('there is no picture yet');
    return new Picture(shown);
  }

  /** Resolves with the first picture of the session that is as wanted. @throws Error after 20 s without one */
  async until(what: string, isWanted: (picture: Picture) => boolean): Promise<Picture> {
    let seen: Picture | null = null;
    await this.#until(what, () => {
      seen = this.terminal.picture && this.look();
      return seen !== null && isWanted(seen);
    });
    return seen as unknown as Picture;
  }

  /** Resolves with a picture that is proved and has not changed for a moment. */
  async settled(): Promise<Picture> {
    this.terminal.watchSettling();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error('the picture does not settle')), PATIENCE_MS);
    this.#settles.push(resolve);
    await promise.finally(() => clearTimeout(timer));
    return this.look();
  }

  /** Keeps what is shown as NAME.png. */
  async save(name: string, directory = folder(), output?: number): Promise<void> {
    const shown = await this.#display.look(output);
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
    this.terminal.input({ type: 'Key', code, pressed });
  }

  /** @param output pixels of which; places are of the upright picture */
  move({ x, y }: Place, output = 0): void {
    const at = { x: Math.round(x * 256), y: Math.round(y * 256) };
    this.terminal.input({ type: 'PointerMotion', output, ...at });
    this.terminal.input({ type: 'PointerFrame' });
  }

  button(button: Button, pressed: boolean): void {
    this.terminal.input({ type: 'PointerButton', code: BUTTON[button], pressed });
    this.terminal.input({ type: 'PointerFrame' });
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
    for (const input of wheelOf({ dy })) this.terminal.input(input);
  }

  touch(type: 'TouchDown' | 'TouchMotion', id: number, { x, y }: Place): void {
    const at = { x: Math.round(x * 256), y: Math.round(y * 256) };
    this.terminal.input({ type, id, output: 0, ...at });
    this.terminal.input({ type: 'TouchFrame' });
  }

  touchUp(id: number): void {
    this.terminal.input({ type: 'TouchUp', id });
    this.terminal.input({ type: 'TouchFrame' });
  }

  /** Gives the terminal another size, as a person who resizes its window. */
  async resize(width: number, height: number): Promise<Picture> {
    this.#display.resize(width, height);
    this.terminal.resized();
    await this.until(
      `a picture of ${width} x ${height}`,
      (picture) => picture.width === width && picture.height === height,
    );
    return this.settled();
  }

  /** A monitor in another mode, scale or turn. */
  change(output: number, to: HeadlessOutput): void {
    this.#display.change(output, to);
    this.terminal.resized();
  }

  /** Where the outputs are, as the session is told. */
  get outputs(): readonly OutputInfo[] {
    return this.#display.outputs;
  }

  /** Another monitor: where it stood before, or to the right of the others. */
  plug(output: HeadlessOutput): void {
    this.#display.plug(output);
    this.terminal.resized();
  }

  unplug(output: number): void {
    this.#display.unplug(output);
    this.terminal.resized();
  }

  /** Resolves with the first picture of an output that is as wanted; it is upright. @throws Error after 20 s without one */
  async untilOn(
    output: number,
    what: string,
    isWanted: (picture: Picture) => boolean,
  ): Promise<Picture> {
    let seen: Picture | null = null;
    await this.#until(what, () => {
      const shown = this.#display.shownOn(output);
      seen = shown && new Picture(shown);
      return seen !== null && isWanted(seen);
    });
    return seen as unknown as Picture;
  }

  #changed(): void {
    for (const check of [...this.#watchers]) check();
  }

  #softwareToken(): SoftwareToken {
    if (!this.#token) throw new Error('the terminal has no software token');
    return this.#token;
  }

  #until(what: string, isMet: () => boolean): Promise<void> {
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
          if (isMet()) finish(resolve);
        } catch (error) {
          fail(error as Error);
        }
      };
      const timer = setTimeout(
        () => fail(new Error(`not seen: ${what}; ${this.#describe()}`)),
        PATIENCE_MS,
      );
      this.#watchers.add(check);
      check();
    });
  }
}

function folder(): string {
  const path = `${repository}/tests/system/build`;
  mkdirSync(path, { recursive: true });
  return path;
}
