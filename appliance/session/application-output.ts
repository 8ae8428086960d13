import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { BoundedFile } from '../../protocol/node/bounded-file.ts';

/** The log, and as much again of what was before. */
const MAX_BYTES = 1 << 20;
/** A flood is read at this pace and no faster: reading it must not cost the session its processor. */
const BYTES_PER_PERIOD = 1 << 20;
const PERIOD_MS = 250;
/** What may still lie in the pipe when the applications have ended. */
const PIPE_BYTES = 1 << 16;

/**
 * What applications print, in a file of its own that is bounded. They write into a pipe, not into the file: only so is
 * there a bound. A FIFO, since Node's own pipes are sockets, which /dev/stderr cannot open.
 */
export class ApplicationOutput {
  /** Standard output and error of applications. */
  readonly fd: number;
  readonly #readFd: number;
  readonly #source: Socket;
  readonly #file: BoundedFile;
  #budget = BYTES_PER_PERIOD;
  #refill: NodeJS.Timeout | null = null;

  /** @throws Error when the file or the pipe cannot be made */
  constructor(path: string) {
    this.#file = new BoundedFile(path, MAX_BYTES);
    const { read, write } = openPipe(`${path}.pipe-${process.pid}`);
    this.fd = write;
    this.#readFd = read;
    this.#source = new Socket({ fd: read, readable: true, writable: false });
    this.#source.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#source.on('error', () => {});
    this.#source.unref();
  }

  #take(chunk: Uint8Array): void {
    this.#file.add(chunk);
    this.#budget -= chunk.length;
    this.#refill ??= setTimeout(() => this.#refilled(), PERIOD_MS).unref();
    if (this.#budget <= 0) this.#source.pause();
  }

  #refilled(): void {
    this.#refill = null;
    this.#budget = BYTES_PER_PERIOD;
    this.#source.resume();
  }

  /** Takes what is still in the pipe: the last words of an application are those that say why it ended. */
  [Symbol.dispose](): void {
    if (this.#refill) clearTimeout(this.#refill);
    this.#source.pause();
    const left = Buffer.alloc(PIPE_BYTES);
    try {
      this.#file.add(left.subarray(0, readSync(this.#readFd, left)));
    } catch {
      // EAGAIN: it is empty.
    }
    this.#source.destroy();
    closeSync(this.fd);
    this.#file[Symbol.dispose]();
  }
}

function openPipe(path: string): { read: number; write: number } {
  const { status, stderr } = spawnSync('mkfifo', ['-m', '600', path]);
  if (status !== 0) throw new Error(`mkfifo ${path}: ${stderr}`);
  try {
    // Read and write: the pipe stays open while no application has it.
    const read = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    return { read, write: openSync(path, constants.O_WRONLY) };
  } finally {
    unlinkSync(path);
  }
}
