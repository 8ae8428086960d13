import { closeSync, rmSync } from 'node:fs';
import { native } from './addon.ts';
import type { WatchHandle } from './binding.d.ts';

/** A message: its bytes (at most 64 KiB) and the descriptor that came along; the receiver owns it. */
export type FdMessageCallback = (
  data: Buffer,
  fd: number | null,
  reply: (data: Uint8Array, fd?: number) => void,
) => void;

/** One end of a SOCK_SEQPACKET connection whose messages carry at most one file descriptor. */
export class FdConnection {
  readonly #fd: number;
  readonly #watch: WatchHandle;
  readonly #onMessage: FdMessageCallback;
  readonly #onClose: () => void;
  #open = true;

  /** @param fd taken over */
  constructor(fd: number, onMessage: FdMessageCallback, onClose: () => void = () => {}) {
    this.#fd = fd;
    this.#onMessage = onMessage;
    this.#onClose = onClose;
    this.#watch = native.watch(fd, () => this.#receive());
  }

  /** @throws Error with code and syscall */
  static connect(path: string, onMessage: FdMessageCallback, onClose?: () => void): FdConnection {
    return new FdConnection(native.packetConnect(path), onMessage, onClose);
  }

  /** @param fd passed along; stays the caller's */
  send(data: Uint8Array, fd?: number): void {
    if (this.#open) native.packetSend(this.#fd, data, fd ?? -1);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    native.stopWatch(this.#watch);
    closeSync(this.#fd);
    this.#onClose();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #receive(): void {
    for (let received = native.packetReceive(this.#fd); ; ) {
      if (received === undefined) this.close();
      if (!received) return;
      const [data, fd] = received;
      this.#onMessage(data, fd < 0 ? null : fd, (reply, passed) => this.send(reply, passed));
      if (!this.#open) return;
      received = native.packetReceive(this.#fd);
    }
  }
}

/** A listener for such connections, for test control sockets. */
export class FdSocket {
  readonly path: string;
  readonly #fd: number;
  readonly #watch: WatchHandle;
  readonly #connections = new Set<FdConnection>();
  readonly #callbacks: FdMessageCallback[] = [];
  #open = true;

  /** @throws Error with code and syscall, e.g. EADDRINUSE */
  constructor(path: string) {
    this.path = path;
    this.#fd = native.packetListen(path);
    this.#watch = native.watch(this.#fd, () => this.#accept());
  }

  onMessage(callback: FdMessageCallback): void {
    this.#callbacks.push(callback);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    native.stopWatch(this.#watch);
    closeSync(this.#fd);
    rmSync(this.path, { force: true });
    for (const connection of [...this.#connections]) connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #accept(): void {
    const fd = native.packetAccept(this.#fd);
    if (fd < 0) return;
    const connection: FdConnection = new FdConnection(
      fd,
      (data, passed, reply) => {
        for (const callback of this.#callbacks) callback(data, passed, reply);
      },
      () => this.#connections.delete(connection),
    );
    this.#connections.add(connection);
  }
}
