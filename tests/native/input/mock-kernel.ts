import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../../helpers/scratch.ts';
import { dumpOf, ioctlsOf, type MockDevice, nodeOf, packEvents, sysfsOf } from './mock-devices.ts';

const build = fileURLToPath(new URL('../../../native/build/input/', import.meta.url));
const program = join(build, 'mock-kernel');
const REPLY_MS = 10_000;

/** Built where libumockdev-dev is installed. */
export const canMock = existsSync(program);

type Program = ChildProcessByStdio<Writable, Readable, null>;

/** Lines of a program, each of them once. */
class Lines {
  readonly #waiting: { matches: (line: string) => boolean; found: (line: string) => void }[] = [];
  readonly #unread: string[] = [];

  get unread(): readonly string[] {
    return this.#unread;
  }

  constructor(output: Readable) {
    createInterface(output).on('line', (line) => {
      const index = this.#waiting.findIndex(({ matches }) => matches(line));
      const [waiter] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (waiter) waiter.found(line);
      else this.#unread.push(line);
    });
  }

  /** @throws Error after 10 s, with what came instead */
  async next(matches: (line: string) => boolean): Promise<string> {
    const index = this.#unread.findIndex(matches);
    if (index >= 0) return this.#unread.splice(index, 1)[0] as string;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(
      () => reject(new Error(`not said; instead: ${this.#unread.slice(-20).join('\n')}`)),
      REPLY_MS,
    );
    this.#waiting.push({ matches, found: resolve });
    return promise.finally(() => clearTimeout(timer));
  }
}

interface RunningProgram {
  readonly lines: Lines;
  readonly input: Writable;
  /** Once it has ended. */
  readonly status: Promise<number | null>;
}

/** Devices that programs started here find in /sys and /dev. */
export class MockKernel {
  readonly #program: Program;
  readonly #lines: Lines;
  readonly #root: string;
  readonly #scratch = scratchFolder();
  readonly #clients: Program[] = [];
  #last: Promise<unknown> = Promise.resolve();

  private constructor(child: Program, lines: Lines, root: string) {
    this.#program = child;
    this.#lines = lines;
    this.#root = root;
  }

  static async start(devices: readonly MockDevice[]): Promise<MockKernel> {
    const child = spawn('umockdev-wrapper', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = new Lines(child.stdout);
    const root = (await lines.next((line) => line.startsWith('root '))).slice('root '.length);
    const kernel = new MockKernel(child, lines, root);
    for (const device of devices) await kernel.#load(device);
    return kernel;
  }

  /** A device comes while programs run. */
  async plug(device: MockDevice): Promise<void> {
    await this.#load(device);
    await this.#obey(`uevent ${sysfsOf(device)} add`);
  }

  /** A device is pulled, whatever it holds. */
  async unplug(device: MockDevice): Promise<void> {
    await this.#obey(`uevent ${sysfsOf(device)} remove`);
  }

  /**
   * The device says this, in one read.
   * @param events [type, code, value]; SYN_REPORT is added
   * @param ageMs how long ago it did
   */
  async say(
    device: MockDevice,
    events: readonly (readonly [type: number, code: number, value: number])[],
    ageMs = 0,
  ): Promise<void> {
    const bytes = packEvents(events, process.hrtime.bigint() - BigInt(ageMs) * 1_000_000n);
    await this.#obey(`write ${nodeOf(device)} ${bytes.toString('hex')}`);
  }

  /** Bytes that a program wrote to the device, as hex. */
  async written(device: MockDevice): Promise<string> {
    const start = `read ${nodeOf(device)} `;
    return (await this.#lines.next((line) => line.startsWith(start))).slice(start.length);
  }

  /** Runs a TypeScript program that sees the devices. */
  run(file: string): RunningProgram {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        LD_PRELOAD: `libumockdev-preload.so.0:${join(build, 'udevd-was-here.so')}`,
        UMOCKDEV_DIR: this.#root,
      },
    });
    this.#clients.push(child);
    const status = once(child, 'exit').then(([code]) => code as number | null);
    return { lines: new Lines(child.stdout), input: child.stdin, status };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of [...this.#clients, this.#program]) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.stdin.end();
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.#root, { recursive: true, force: true });
    this.#scratch[Symbol.dispose]();
  }

  async #load(device: MockDevice): Promise<void> {
    const file = join(this.#scratch.path, String(device.number));
    writeFileSync(`${file}.umockdev`, dumpOf(device));
    writeFileSync(`${file}.ioctl`, ioctlsOf(device));
    await this.#obey(`load ${file}.umockdev`);
    await this.#obey(`ioctls ${nodeOf(device)} ${file}.ioctl`);
  }

  /** One command at a time: answers have no names. */
  #obey(command: string): Promise<void> {
    const done = this.#last.then(async () => {
      this.#program.stdin.write(`${command}\n`);
      const reply = await this.#lines.next((line) => line === 'ok' || line === 'error');
      if (reply === 'error') throw new Error(`refused: ${command.slice(0, 80)}`);
    });
    this.#last = done.catch(() => {});
    return done;
  }
}
