import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 50;
const ANSWER_MS = 30_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** QEMU's control socket: one command at a time, in order. */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  readonly #watchers = new Set<(message: Message) => void>();
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('QEMU is gone'));
    });
  }

  /** QEMU makes its socket a moment after it was started. */
  static async connect(path: string, timeoutMs: number): Promise<Qmp> {
    const endMs = performance.now() + timeoutMs;
    for (;;) {
      const socket = connect(path);
      try {
        await once(socket, 'connect');
        const qmp = new Qmp(socket);
        await qmp.execute('qmp_capabilities');
        return qmp;
      } catch (error) {
        socket.destroy();
        if (performance.now() > endMs) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  /** @throws Error in QEMU's words, or after 30 s without an answer */
  async execute(command: string, args: object = {}): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ resolve, reject });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const timer = setTimeout(() => reject(new Error(`${command}: no answer`)), ANSWER_MS);
    try {
      return await promise;
    } catch (error) {
      throw new Error(`QMP ${command}: ${(error as Error).message}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves with the next event of this kind. @throws Error after 30 s without */
  async event(
    name: string,
    isWanted: (data: Readonly<Record<string, unknown>>) => boolean = () => true,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const watch = ({ event, data = {} }: Message) => {
      if (event === name && isWanted(data)) resolve();
    };
    const timer = setTimeout(() => reject(new Error(`QMP: no event ${name}`)), ANSWER_MS);
    this.#watchers.add(watch);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watch);
    }
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as Message;
      if (message.error) this.#waiting.shift()?.reject(new Error(message.error.desc));
      else if ('return' in message) this.#waiting.shift()?.resolve(message.return);
      else for (const watch of this.#watchers) watch(message);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
