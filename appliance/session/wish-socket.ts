import { unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import type { Logger } from '../../protocol/node/log.ts';
import { type Answer, type Ask, MAX_MESSAGE_BYTES, parseAsk } from './wish-messages.ts';

/** Variable that tells applications where to ask. */
export const WISH_SOCKET = 'WAYRAY_SESSION_SOCKET';

const MAX_CALLERS = 16;
/** From the connection to the whole question. */
const QUESTION_TIMEOUT_MS = 5000;

/**
 * The Unix socket, for the session's user alone, on which its programs ask for something: one line of JSON, one line
 * back, as in wish-messages.ts. Every connection asks once.
 */
export class WishSocket {
  readonly path: string;
  readonly #server: Server;
  readonly #answer: (ask: Ask) => Answer;

  /**
   * @param path in a folder for the user alone; one that is there is left from a session that is dead
   * @throws the system's error, also for a path that is too long
   */
  static async open(path: string, answer: (ask: Ask) => Answer): Promise<WishSocket> {
    const socket = new WishSocket(path, answer);
    removeStale(path);
    // Bound within listen(): no moment with another mode.
    const umask = process.umask(0o177);
    const listening = new Promise<void>((resolve, reject) => {
      socket.#server.once('error', reject);
      try {
        socket.#server.listen(path, resolve);
      } finally {
        process.umask(umask);
      }
    });
    await listening;
    return socket;
  }

  private constructor(path: string, answer: (ask: Ask) => Answer) {
    this.path = path;
    this.#answer = answer;
    this.#server = createServer((socket) => this.#hear(socket));
    this.#server.maxConnections = MAX_CALLERS;
  }

  #hear(socket: Socket): void {
    let text = '';
    const timer = setTimeout(() => socket.destroy(), QUESTION_TIMEOUT_MS);
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('close', () => clearTimeout(timer));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= MAX_MESSAGE_BYTES) return;
      socket.removeAllListeners('data');
      socket.resume();
      const ask = end < 0 ? null : parseAsk(text.slice(0, end));
      const answer = ask ? this.#answer(ask) : { error: 'that is no question' };
      socket.end(`${JSON.stringify(answer)}\n`);
    });
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}

/** Null where there is no folder for it. The Wayland socket's name is this session's alone. */
export function wishSocketPath(waylandDisplay: string): string | null {
  const folder = process.env['XDG_RUNTIME_DIR'];
  return folder ? join(folder, `wrsession-${basename(waylandDisplay)}.sock`) : null;
}

/** Without it the session is as good, but for wrsession: a failure is logged and no more. */
export async function openWishSocket(
  path: string,
  wishes: { answer(ask: Ask): Answer },
  log: Logger,
): Promise<WishSocket | null> {
  try {
    return await WishSocket.open(path, (ask) => wishes.answer(ask));
  } catch (error) {
    log.error({ err: error, path }, 'wrsession cannot be used in this session');
    return null;
  }
}

function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
