import type { OnReadOpts } from 'node:net';

const BUFFER_BYTES = 65_536;

/**
 * For the option `onread` of a socket that connects: what arrives is handed over without Node's readable stream in
 * between, which costs more than the message when messages are few. The socket reads into one buffer for good.
 */
export class DirectReads {
  readonly options: OnReadOpts;
  private receiver: ((chunk: Uint8Array) => void) | null = null;
  private readonly waiting: Uint8Array[] = [];

  constructor() {
    this.options = {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback: (bytes, buffer) => this.arrived(buffer.subarray(0, bytes)),
    };
  }

  /** What came before is handed over at once; reading had stopped and is the socket's to resume. */
  deliverTo(receiver: (chunk: Uint8Array) => void): void {
    this.receiver = receiver;
    for (const chunk of this.waiting.splice(0)) receiver(chunk);
  }

  /** @returns whether to read on */
  private arrived(view: Uint8Array): boolean {
    const chunk = Buffer.from(view);
    if (this.receiver === null) this.waiting.push(chunk);
    else this.receiver(chunk);
    return this.receiver !== null;
  }
}
