import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type Scratch, scratchFolder } from '../../helpers/scratch.ts';
import { type CursorShape, readCursorShape } from './cursor-shape.ts';
import {
  CONSOLE,
  type Hardware,
  KEYBOARD,
  NETWORK,
  qemuArguments,
  qemuProgram,
  VIDEO,
} from './hardware.ts';
import { Monitor } from './monitor.ts';
import { Qmp } from './qmp.ts';

/** Emulated without KVM on a busy machine, everything takes its time. */
const START_MS = 30_000;
const END_MS = 5_000;
export const PATIENCE_MS = 120_000;

/** Where the guest has put its cursor plane; at the upper and left edges before the screen's first pixel. */
export interface CursorPlace {
  readonly x: number;
  readonly y: number;
  /** 0: it is hidden. */
  readonly image: number;
}

export interface Lights {
  readonly capsLock: boolean;
  readonly numLock: boolean;
}

/** A terminal in QEMU: graphics, keyboard, mouse, card reader and network, all of it emulated. */
export class Machine {
  readonly qmp: Qmp;
  readonly #scratch: Scratch;
  readonly #process: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #console = '';
  #traces = '';
  #cursor: CursorPlace | null = null;
  #lights: Lights | null = null;
  #ended = false;

  private constructor(process: ChildProcess, qmp: Qmp, scratch: Scratch) {
    this.#process = process;
    this.qmp = qmp;
    this.#scratch = scratch;
  }

  /** @param logFile gets what the guest writes on its serial console. @throws Error with QEMU's own words when it does not start */
  static async start(hardware: Hardware, logFile: string): Promise<Machine> {
    const scratch = scratchFolder();
    const child = spawn(qemuProgram(hardware), qemuArguments(hardware, scratch.path), {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
    });
    child.stdin.on('error', () => {});
    const failed = once(child, 'exit').then(([status]) => {
      throw new Error(`qemu ended with ${status}: ${said}`);
    });
    failed.catch(() => {});
    try {
      const qmp = await Promise.race([
        Qmp.connect(join(scratch.path, 'qmp.sock'), START_MS),
        failed,
      ]);
      const machine = new Machine(child, qmp, scratch);
      machine.#listen(logFile);
      return machine;
    } catch (error) {
      child.kill('SIGKILL');
      scratch[Symbol.dispose]();
      throw error;
    }
  }

  /** What the guest wrote on its serial console so far. */
  get console(): string {
    return this.#console;
  }

  /** Null until the guest has one. */
  get cursor(): CursorPlace | null {
    return this.#cursor;
  }

  /** As the guest has the keyboard's shine; null until it has said so. */
  get lights(): Lights | null {
    return this.#lights;
  }

  /**
   * Waits for the guest to write this.
   * @param since length of `console` before which nothing counts
   * @throws Error after two minutes
   */
  says(pattern: RegExp, since = 0): Promise<RegExpMatchArray> {
    return this.#until(`${pattern}`, () => this.#console.slice(since).match(pattern));
  }

  /** Waits for the guest's cursor to be so. */
  async cursorIs(what: string, isWanted: (cursor: CursorPlace) => boolean): Promise<CursorPlace> {
    return this.#until(`cursor ${what}`, () => {
      const { cursor } = this;
      return cursor && isWanted(cursor) ? cursor : null;
    });
  }

  async lightsAre(what: string, isWanted: (lights: Lights) => boolean): Promise<void> {
    await this.#until(`lights ${what}`, () => (this.lights && isWanted(this.lights) ? true : null));
  }

  /** To change it. */
  monitor(): Promise<Monitor> {
    return Monitor.plug(join(this.#scratch.path, 'vnc.sock'));
  }

  cursorShape(): Promise<CursorShape> {
    return readCursorShape(join(this.#scratch.path, 'vnc.sock'));
  }

  /** A picture of the guest's screen as PPM. @param head which of its monitors @returns its path */
  async screendump(head = 0): Promise<string> {
    const filename = join(this.#scratch.path, 'screen.ppm');
    await this.qmp.execute('screendump', { filename, device: VIDEO, head });
    return filename;
  }

  /** The network's cable. */
  async plugNetwork(up: boolean): Promise<void> {
    await this.qmp.execute('set_link', { name: NETWORK, up });
  }

  /** Its lights are not known until the guest says so. */
  async plugKeyboard(): Promise<void> {
    this.#lights = null;
    await this.qmp.execute('device_add', KEYBOARD);
  }

  async unplugKeyboard(): Promise<void> {
    const gone = this.qmp.event('DEVICE_DELETED', ({ device }) => device === KEYBOARD.id);
    await this.qmp.execute('device_del', { id: KEYBOARD.id });
    await gone;
  }

  /** A command to the kernel over the serial line (its documentation: admin-guide/sysrq); wants `sysrq_always_enabled`. */
  async commandKernel(key: string): Promise<void> {
    await this.qmp.execute('chardev-send-break', { id: CONSOLE });
    this.#process.stdin?.write(key);
  }

  /** As by pulling the power plug. */
  async cutPower(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGTERM');
    this.#scratch[Symbol.dispose]();
  }

  #listen(logFile: string): void {
    const log = createWriteStream(logFile, { flags: 'a' });
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      this.#console += chunk.toString('latin1');
      this.#changed();
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      const lines = (this.#traces + chunk.toString('latin1')).split('\n');
      this.#traces = lines.pop() ?? '';
      for (const line of lines) this.#trace(line);
      this.#changed();
    });
    this.#process.on('exit', () => {
      this.#ended = true;
      log.end();
      this.#changed();
    });
  }

  #trace(line: string): void {
    const [, x, y, image] = /x (-?\d+), y (-?\d+), \w+, res 0x([0-9a-f]+)/.exec(line) ?? [];
    if (image)
      this.#cursor = { x: Number(x) | 0, y: Number(y) | 0, image: Number.parseInt(image, 16) };
    const [, caps, num] = /caps (\d), num (\d), scroll \d/.exec(line) ?? [];
    if (caps) this.#lights = { capsLock: caps === '1', numLock: num === '1' };
  }

  #changed(): void {
    for (const watch of this.#watchers) watch();
  }

  async #until<Found>(what: string, look: () => Found | null): Promise<Found> {
    const { promise, resolve, reject } = Promise.withResolvers<Found>();
    const give = (why: string) => reject(new Error(`${why} before ${what}`));
    const check = () => {
      const found = look();
      if (found !== null) resolve(found);
      else if (this.#ended) give('the machine ended');
    };
    const timer = setTimeout(() => give(`${PATIENCE_MS} ms passed`), PATIENCE_MS);
    this.#watchers.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(check);
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.qmp[Symbol.dispose]();
    if (this.#ended) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(timer);
  }
}
