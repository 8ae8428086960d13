import { INPUT_DEFAULTS } from '../../../firmware/config/input.ts';
import type { Input } from '../../../firmware/input/input-sender.ts';
import {
  type DeviceSource,
  Seat,
  type SeatDevice,
  type SeatOutput,
} from '../../../firmware/input/seat.ts';
import {
  type Ability,
  InputError,
  type InputEvent,
  type InputHandlers,
} from '../../../native/input/index.ts';
import { openLog } from '../../../protocol/node/log.ts';

export const LEFT: SeatOutput = {
  id: 1,
  x: 0,
  y: 0,
  width: 100,
  height: 80,
  scale: 2,
  name: 'DP-1',
};
/** Lower than the one beside it: its corner is a place where no screen is. */
export const RIGHT: SeatOutput = {
  id: 2,
  x: 100,
  y: 0,
  width: 50,
  height: 40,
  scale: 1,
  name: 'DP-2',
};

const log = openLog({ name: 'test', level: 'silent', readable: false });

/** A seat whose devices do what a test says. */
export class SeatStage implements Disposable {
  readonly seat: Seat;
  readonly inputs: Input[] = [];
  readonly moves: [output: number, x: number, y: number][] = [];
  readonly lists: (readonly SeatDevice[])[] = [];
  readonly seats: boolean[] = [];
  releases = 0;
  opened = 0;
  disposed = 0;
  /** Descriptors that were given back. */
  readonly closed: number[] = [];
  lost: () => void = () => {};
  returned: () => void = () => {};
  leds: number[] = [];
  fails: Error | null = null;
  daemon: 'seatd' | null;
  #handlers: InputHandlers | null = null;

  constructor(
    outputs: readonly SeatOutput[] = [LEFT, RIGHT],
    early: readonly InputEvent[] = [],
    daemon: 'seatd' | null = null,
  ) {
    this.daemon = daemon;
    this.seat = new Seat(
      {
        config: INPUT_DEFAULTS,
        log,
        input: (input) => this.inputs.push(input),
        moved: (...place) => this.moves.push(place),
        devicesChanged: (devices) => this.lists.push(devices),
        releaseAll: () => this.releases++,
        seatChanged: (active) => this.seats.push(active),
        lost: () => this.lost(),
        returned: () => this.returned(),
      },
      (_settings, handlers) => this.#open(handlers, early),
    );
    this.seat.setOutputs(outputs);
    this.take();
  }

  /** What devices did at once. */
  do(...events: readonly InputEvent[]): void {
    this.#handlers?.events(events);
  }

  lose(): void {
    this.#handlers?.lost(
      Object.assign(new Error('gone'), { name: 'InputError' as const, call: 'test', errno: 5 }),
    );
  }

  /** The inputs since the last time. */
  take(): Input[] {
    return this.inputs.splice(0);
  }

  [Symbol.dispose](): void {
    this.seat[Symbol.dispose]();
  }

  #open(handlers: InputHandlers, early: readonly InputEvent[]): DeviceSource {
    if (this.fails) throw this.fails;
    this.opened++;
    this.#handlers = handlers;
    if (early.length > 0) handlers.events(early);
    return {
      daemon: this.daemon,
      active: true,
      setLeds: (mask) => this.leds.push(mask),
      openDevice: () => 42,
      closeDevice: (fd) => {
        if (this.disposed > 0) throw new InputError('closed', 9, 'it is closed');
        this.closed.push(fd);
      },
      [Symbol.dispose]: () => {
        this.disposed++;
      },
    };
  }
}

export function added(
  id: number,
  abilities: readonly Ability[] = ['keyboard', 'pointer'],
  output: string | null = null,
): InputEvent {
  const device = {
    id,
    name: `device ${id}`,
    node: 'event0',
    output,
    vendor: 1,
    product: 2,
    abilities,
  };
  return { type: 'added', device };
}

const at = { device: 1, timeUs: 5 } as const;
export const key = (code: number, pressed: boolean, device = 1): InputEvent => ({
  ...at,
  type: 'key',
  device,
  code,
  pressed,
});
export const button = (code: number, pressed: boolean, device = 1): InputEvent => ({
  ...at,
  type: 'button',
  device,
  code,
  pressed,
});
export const motion = (dx: number, dy: number, raw = 1): InputEvent => ({
  ...at,
  type: 'motion',
  dx,
  dy,
  dxRaw: dx * raw,
  dyRaw: dy * raw,
});
export const place = (x: number, y: number, device = 1): InputEvent => ({
  ...at,
  type: 'place',
  device,
  x,
  y,
});
