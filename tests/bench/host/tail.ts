import type { Readable } from 'node:stream';

const keptBytes = 16 * 1024;

/** The end of what a child says, however much that is. */
export class Tail {
  #kept: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      const all = chunk.length >= keptBytes ? chunk : Buffer.concat([this.#kept, chunk]);
      this.#kept = all.subarray(Math.max(0, all.length - keptBytes));
    });
    stream.on('error', () => {});
  }

  text(): string {
    return this.#kept.toString('utf8');
  }
}
