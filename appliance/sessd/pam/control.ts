import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { Channel } from '../../wire/channel.ts';
import { MessageError } from '../../wire/check.ts';
import { readControl, type SessionRecord, type SessionReport } from './messages.ts';

/**
 * The socket by which wrsessd knows and ends a session. It is the session's own process that answers: what it says is
 * true after any crash of wrsessd, and its end is the session's.
 */
export class SessionControl {
  readonly #path: string;
  readonly #server: Server;
  readonly #channels = new Set<Channel>();

  private constructor(path: string, server: Server) {
    this.#path = path;
    this.#server = server;
  }

  /** Listens in a folder that is root's alone. Rejects with the system's error. */
  static async open(
    path: string,
    record: SessionRecord,
    onEnd: (reason: string) => void,
  ): Promise<SessionControl> {
    const server = createServer();
    const control = new SessionControl(path, server);
    server.on('connection', (socket) => {
      const channel = new Channel(socket, {
        onFrame: ({ head }) => {
          const order = orderOf(head);
          if (order) onEnd(order.reason);
        },
        onClose: () => control.#channels.delete(channel),
      });
      control.#channels.add(channel);
      channel.send({ type: 'session', ...record } satisfies SessionReport);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => resolve());
    });
    return control;
  }

  close(reason: string): void {
    for (const channel of this.#channels) {
      channel.send({ type: 'ended', reason } satisfies SessionReport);
      channel.end();
    }
    this.#server.close();
    rmSync(this.#path, { force: true });
  }
}

function orderOf(head: unknown): ReturnType<typeof readControl> | null {
  try {
    return readControl(head);
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}
