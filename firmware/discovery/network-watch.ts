import { type Network, readNetwork } from './network.ts';

const EVERY_MS = 1000;

/**
 * Tells when a cable or an address comes or goes. Looks once a second, and only while somebody waits for it: reading a few
 * files costs less than a library that listens to the kernel.
 */
export class NetworkWatch implements Disposable {
  readonly #changed: (network: Network) => void;
  readonly #read: () => Network;
  #timer: NodeJS.Timeout | null = null;
  #last = '';

  constructor(changed: (network: Network) => void, read: () => Network = readNetwork) {
    this.#changed = changed;
    this.#read = read;
  }

  start(): void {
    if (this.#timer) return;
    this.#last = JSON.stringify(this.#read());
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #look(): void {
    const network = this.#read();
    const now = JSON.stringify(network);
    if (now === this.#last) return;
    this.#last = now;
    this.#changed(network);
  }
}
