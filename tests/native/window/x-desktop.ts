import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An X server of a test's own, without a window manager: Xvfb on a free display, its pixels readable in a file. */
export class XDesktop {
  readonly display: string;
  readonly #server: ChildProcess;
  readonly #directory: string;

  constructor(server: ChildProcess, display: string, directory: string) {
    this.#server = server;
    this.display = display;
    this.#directory = directory;
  }

  static async start(size = '1024x768'): Promise<XDesktop> {
    const directory = mkdtempSync(join(tmpdir(), 'wayray-x-'));
    const options = ['-displayfd', '3', '-screen', '0', `${size}x24`, '-fbdir', directory];
    const server = spawn('Xvfb', [...options, '-nolisten', 'tcp', '-noreset'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [line] = (await once(server.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
    return new XDesktop(server, `:${line.toString().trim()}`, directory);
  }

  run(program: string, ...args: string[]): string {
    const env = { ...process.env, DISPLAY: this.display };
    return execFileSync(program, args, { env, encoding: 'utf8', timeout: 20_000 });
  }

  xdotool(...args: string[]): string {
    return this.run('xdotool', ...args);
  }

  /** The pixel of the root window as 0xRRGGBB. */
  pixel(x: number, y: number): number {
    const file = readFileSync(join(this.#directory, 'Xvfb_screen0'));
    // XWD: header size, then the fields' order of XWDFile.h; colour entries of 12 bytes follow the header.
    const stride = file.readUInt32BE(12 * 4);
    const pixels = file.readUInt32BE(0) + file.readUInt32BE(19 * 4) * 12;
    return file.readUInt32LE(pixels + y * stride + x * 4) & 0xffffff;
  }

  /** Waits until a pixel has a colour; for what the X server does in steps of its own. */
  async untilPixel(x: number, y: number, rgb: number, timeoutMs = 5000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.pixel(x, y) !== rgb) {
      if (Date.now() > deadline) {
        throw new Error(
          `pixel ${x},${y} is ${this.pixel(x, y).toString(16)}, not ${rgb.toString(16)}`,
        );
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends the server; `hard` does so without a goodbye to its clients. */
  async stop(hard = false): Promise<void> {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const exited = once(this.#server, 'exit');
      this.#server.kill(hard ? 'SIGKILL' : 'SIGTERM');
      await exited;
    }
    rmSync(this.#directory, { recursive: true, force: true });
    const number = this.display.slice(1);
    if (hard) {
      rmSync(`/tmp/.X${number}-lock`, { force: true });
      rmSync(`/tmp/.X11-unix/X${number}`, { force: true });
    }
  }
}
