import type { Client } from '../../native/wayland/index.ts';
import { FdSocket } from '../../native/wayland/index.ts';
import type { Compositor } from '../compositor/compositor.ts';
import { Surface } from '../compositor/surface/surface.ts';

/** One operation of the test socket: a JSON object per message; positions in global logical pixels. */
type Operation =
  | { op: 'reset' }
  /** The message carries the client's end as a file descriptor. */
  | { op: 'add_client' }
  | { op: 'position_window'; client: number; surface: number; x: number; y: number }
  | { op: 'pointer_to'; x: number; y: number }
  | { op: 'pointer_by'; dx: number; dy: number }
  | { op: 'pointer_button'; code: number; pressed: boolean }
  | { op: 'key'; code: number; pressed: boolean }
  | { op: 'touch_down' | 'touch_move'; x: number; y: number }
  | { op: 'touch_up' };

const TOUCH_ID = 0;

/**
 * Opens the socket through which conformance tests drive the compositor as a person and an administrator would.
 * Whoever can connect to it controls the session: it exists only where a test asked for it.
 */
export function openTestControl(path: string, compositor: Compositor): Disposable {
  const control = new TestControl(compositor);
  const socket = new FdSocket(path);
  socket.onMessage((data, fd, reply) => {
    reply(Buffer.from(JSON.stringify(control.run(JSON.parse(data.toString()) as Operation, fd))));
  });
  return socket;
}

class TestControl {
  readonly #compositor: Compositor;
  readonly #clients = new Map<number, Client>();
  #nextClient = 1;

  constructor(compositor: Compositor) {
    this.#compositor = compositor;
  }

  run(operation: Operation, fd: number | null): object {
    try {
      return { ok: true, ...this.#apply(operation, fd) };
    } catch (error) {
      return { ok: false, error: (error as Error).message };
    }
  }

  #apply(operation: Operation, fd: number | null): object {
    const { seat } = this.#compositor;
    const timeMs = this.#compositor.clock();
    switch (operation.op) {
      case 'reset':
        return this.#reset();
      case 'add_client':
        return this.#addClient(fd);
      case 'position_window':
        return this.#position(operation);
      case 'pointer_to':
        seat.pointerMotion(timeMs, operation.x, operation.y);
        break;
      case 'pointer_by':
        seat.pointerRelative(timeMs, operation.dx, operation.dy);
        break;
      case 'pointer_button':
        seat.pointerButton(timeMs, operation.code, operation.pressed);
        break;
      case 'key':
        seat.key(timeMs, operation.code, operation.pressed);
        return {};
      case 'touch_down':
        seat.touchDown(timeMs, TOUCH_ID, operation.x, operation.y);
        seat.touchFrame();
        return {};
      case 'touch_move':
        seat.touchMotion(timeMs, TOUCH_ID, operation.x, operation.y);
        seat.touchFrame();
        return {};
      case 'touch_up':
        seat.touchUp(timeMs, TOUCH_ID);
        seat.touchFrame();
        return {};
    }
    seat.pointerFrame();
    return {};
  }

  #reset(): object {
    this.#compositor.seat.releaseAll();
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
    return {};
  }

  #addClient(fd: number | null): object {
    if (fd === null) throw new Error('add_client needs a file descriptor');
    const number = this.#nextClient++;
    const client = this.#compositor.display.addClientFd(fd);
    this.#clients.set(number, client);
    client.onDestroy(() => this.#clients.delete(number));
    return { client: number };
  }

  #position(operation: { client: number; surface: number; x: number; y: number }): object {
    const resource = this.#clients.get(operation.client)?.objectById(operation.surface);
    const surface = resource?.data;
    if (!(surface instanceof Surface)) throw new Error(`there is no surface ${operation.surface}`);
    if (!this.#compositor.shell.placeWindow(surface, operation))
      throw new Error('the surface is no mapped window');
    return {};
  }
}
