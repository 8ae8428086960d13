import { closeSync } from 'node:fs';
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

/** Every field of every operation but `op`, with its type. */
const FIELDS: Readonly<Record<Operation['op'], Readonly<Record<string, 'number' | 'boolean'>>>> = {
  reset: {},
  add_client: {},
  position_window: { client: 'number', surface: 'number', x: 'number', y: 'number' },
  pointer_to: { x: 'number', y: 'number' },
  pointer_by: { dx: 'number', dy: 'number' },
  pointer_button: { code: 'number', pressed: 'boolean' },
  key: { code: 'number', pressed: 'boolean' },
  touch_down: { x: 'number', y: 'number' },
  touch_move: { x: 'number', y: 'number' },
  touch_up: {},
};

/**
 * Opens the socket through which conformance tests drive the compositor as a person and an administrator would.
 * Whoever can connect to it controls the session: it exists only where a test asked for it.
 */
export function openTestControl(path: string, compositor: Compositor): Disposable {
  const control = new TestControl(compositor);
  const socket = new FdSocket(path);
  socket.onMessage((data, fd, reply) => {
    reply(Buffer.from(JSON.stringify(control.run(data.toString(), fd))));
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

  /** @param fd taken over */
  run(message: string, fd: number | null): object {
    let unclaimed = fd;
    try {
      const operation = parseOperation(message);
      if (operation.op !== 'add_client') {
        this.#apply(operation);
        return { ok: true };
      }
      if (fd === null) throw new Error('add_client needs a file descriptor');
      unclaimed = null;
      return { ok: true, client: this.#addClient(fd) };
    } catch (error) {
      return { ok: false, error: (error as Error).message };
    } finally {
      if (unclaimed !== null) closeSync(unclaimed);
    }
  }

  #apply(operation: Exclude<Operation, { op: 'add_client' }>): void {
    const { seat } = this.#compositor;
    const timeMs = this.#compositor.clock();
    switch (operation.op) {
      case 'reset':
        this.#reset();
        break;
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
        return;
      case 'touch_down':
        seat.touchDown(timeMs, TOUCH_ID, operation.x, operation.y);
        seat.touchFrame();
        return;
      case 'touch_move':
        seat.touchMotion(timeMs, TOUCH_ID, operation.x, operation.y);
        seat.touchFrame();
        return;
      case 'touch_up':
        seat.touchUp(timeMs, TOUCH_ID);
        seat.touchFrame();
        return;
    }
    seat.pointerFrame();
    return;
  }

  /** As when the session had just begun: nobody there, nothing pressed, the pointer out of the windows' way. */
  #reset(): void {
    const { seat, outputs } = this.#compositor;
    seat.releaseAll();
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
    const area = outputs.primary?.logical;
    if (area)
      seat.pointerMotion(this.#compositor.clock(), area.x + area.width, area.y + area.height);
  }

  #addClient(fd: number): number {
    const number = this.#nextClient++;
    const client = this.#compositor.display.addClientFd(fd);
    this.#clients.set(number, client);
    client.onDestroy(() => this.#clients.delete(number));
    return number;
  }

  #position(operation: { client: number; surface: number; x: number; y: number }): void {
    const resource = this.#clients.get(operation.client)?.objectById(operation.surface);
    const surface = resource?.data;
    if (!(surface instanceof Surface)) throw new Error(`there is no surface ${operation.surface}`);
    const { shell, layers } = this.#compositor;
    if (!shell.placeWindow(surface, operation) && !layers.placeSurface(surface, operation))
      throw new Error('the surface is no mapped window');
  }
}

/** @throws Error naming what is missing or of another type */
function parseOperation(message: string): Operation {
  const value = JSON.parse(message) as Record<string, unknown> | null;
  const name = String(value?.['op']);
  if (!value || !Object.hasOwn(FIELDS, name)) throw new Error(`there is no operation ${name}`);
  for (const [field, type] of Object.entries(FIELDS[name as Operation['op']]))
    if (typeof value[field] !== type) throw new Error(`${name} needs a ${type} ${field}`);
  return value as Operation;
}
