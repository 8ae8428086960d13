import type { Readable } from 'node:stream';
import { LineSplitter } from './line-splitter.ts';

const maxWaitingLines = 200_000;

interface Waiter {
  accept(line: string): void;
  refuse(error: Error): void;
}

/** Hands out a child's output line by line; lines that nobody has asked for wait, up to a bound. */
export class LineReader {
  readonly #lines: string[] = [];
  readonly #waiters: Waiter[] = [];
  #ended = false;

  constructor(stream: Readable) {
    const splitter = new LineSplitter((line) => this.#add(line));
    stream.setEncoding('utf8');
    stream.on('data', (piece: string) => splitter.add(piece));
    stream.once('error', () => {});
    stream.once('close', () => {
      splitter.end();
      this.#end();
    });
  }

  /** @throws Error when no line comes within timeoutMs or the child has closed its output */
  async next(timeoutMs: number): Promise<string> {
    const waiting = this.#lines.shift();
    if (waiting !== undefined) return waiting;
    if (this.#ended) throw new Error('its output has ended');
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const waiter: Waiter = { accept: resolve, refuse: reject };
    this.#waiters.push(waiter);
    const timer = setTimeout(() => {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next line for which match() gives something; the lines before it are thrown away. */
  async find<T>(match: (line: string) => T | undefined, timeoutMs: number): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = match(await this.next(Math.max(1, deadline - performance.now())));
      if (found !== undefined) return found;
    }
  }

  #add(line: string): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter.accept(line);
    else if (this.#lines.length < maxWaitingLines) this.#lines.push(line);
  }

  #end(): void {
    this.#ended = true;
    for (const waiter of this.#waiters.splice(0)) waiter.refuse(new Error('its output has ended'));
  }
}
