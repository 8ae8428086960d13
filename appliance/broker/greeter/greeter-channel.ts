import { randomBytes } from 'node:crypto';
import { chmodSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { peerOf } from '../../../native/process/index.ts';
import {
  type BrokerMessage,
  type GreeterMessage,
  readGreeterMessage,
} from '../../greeter/wire/greeter-messages.ts';
import { makePassage } from '../../make-passage.ts';
import { Channel } from '../../wire/channel.ts';
import { MessageError } from '../../wire/check.ts';
import { type Frame, FrameError } from '../../wire/frame.ts';

export interface GreeterChannelOptions {
  /** Folder of the socket; made, and open for passing through, if absent. */
  readonly dir: string;
  /** Only this user is taken. */
  readonly uid: number;
  /** `secrets` are wiped when this returns. */
  readonly onMessage: (message: GreeterMessage, secrets: Uint8Array) => void;
  /** The greeter has gone or broke the rules; not called after dispose. */
  readonly onClose: (reason: string) => void;
  /** Somebody who is no greeter tried. */
  readonly onStranger: (uid: number) => void;
}

/**
 * Where one greeter is awaited: a Unix socket that nobody can guess, taken away as soon as the greeter is there. Other
 * users' processes may be able to connect; the kernel says who they are.
 */
export class GreeterChannel {
  readonly path: string;
  readonly #options: GreeterChannelOptions;
  readonly #server: Server;
  #channel: Channel | null = null;
  #disposed = false;

  /** @throws PassageError, or the system's error when there can be no socket */
  static async open(options: GreeterChannelOptions): Promise<GreeterChannel> {
    makePassage(options.dir);
    const path = join(options.dir, `${randomBytes(16).toString('hex')}.sock`);
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    });
    chmodSync(path, 0o666);
    return new GreeterChannel(path, server, options);
  }

  private constructor(path: string, server: Server, options: GreeterChannelOptions) {
    this.path = path;
    this.#server = server;
    this.#options = options;
    server.on('connection', (socket) => this.#take(socket));
  }

  get connected(): boolean {
    return this.#channel !== null;
  }

  send(message: BrokerMessage): void {
    this.#channel?.send(message);
  }

  /** What was sent still arrives. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#closeDoor();
    this.#channel?.end();
  }

  #take(socket: Socket): void {
    socket.on('error', () => {});
    const uid = uidOf(socket);
    if (this.#channel || this.#disposed || uid !== this.#options.uid) {
      if (uid !== this.#options.uid) this.#options.onStranger(uid);
      socket.destroy();
      return;
    }
    this.#closeDoor();
    this.#channel = new Channel(socket, {
      onFrame: (frame) => this.#read(frame),
      onClose: (error) => {
        if (!this.#disposed) this.#options.onClose(error?.message ?? 'the greeter has gone');
      },
    });
  }

  #read({ head, secrets }: Frame): void {
    try {
      if (!this.#disposed) this.#options.onMessage(readGreeterMessage(head), secrets);
    } catch (error) {
      if (error instanceof MessageError) throw new FrameError(error.message);
      throw error;
    } finally {
      secrets.fill(0);
    }
  }

  #closeDoor(): void {
    if (!this.#server.listening) return;
    this.#server.close();
    try {
      unlinkSync(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** -1 for a peer that has gone already. */
function uidOf(socket: Socket): number {
  try {
    return peerOf(socket).uid;
  } catch {
    return -1;
  }
}
