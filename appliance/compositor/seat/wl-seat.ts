import type { Display } from '../../../native/wayland/index.ts';
import {
  type WlSeat,
  WlSeatCapability,
  WlSeatError,
  type WlSurface,
  wlSeat,
} from '../../../protocol/wayland/generated/wayland.ts';
import { Surface } from '../surface/surface.ts';
import { ClientResources } from './client-resources.ts';
import type { CursorState } from './cursor.ts';
import { setCursorSurface } from './cursor-surface.ts';
import type { Seat } from './seat.ts';

const SEAT_VERSION = 9;
const SEAT_NAME = 'seat0';

/** What the seat protocols need of their compositor. */
export interface SeatHost {
  readonly display: Display;
  readonly seat: Seat;
  readonly cursor: CursorState;
}

export interface Capabilities {
  pointer: boolean;
  keyboard: boolean;
  touch: boolean;
}

const ALL = WlSeatCapability.pointer | WlSeatCapability.keyboard | WlSeatCapability.touch;

/** The wl_seat global; terminals come and go with different devices. */
export class SeatGlobal {
  readonly #resources = new ClientResources<WlSeat>();
  readonly #host: SeatHost;
  #capabilities: number = ALL;
  /** A device that was there once may be asked for after it went; one that never was is a client's error. */
  #everCapable: number = ALL;

  constructor(host: SeatHost) {
    this.#host = host;
    host.display.createGlobal(wlSeat, SEAT_VERSION, (resource: WlSeat) => this.#bind(resource));
  }

  setCapabilities({ pointer, keyboard, touch }: Capabilities): void {
    const mask =
      (pointer ? WlSeatCapability.pointer : 0) |
      (keyboard ? WlSeatCapability.keyboard : 0) |
      (touch ? WlSeatCapability.touch : 0);
    if (mask === this.#capabilities) return;
    this.#capabilities = mask;
    this.#everCapable |= mask;
    for (const resource of this.#resources.all()) resource.sendCapabilities(mask);
  }

  #bind(resource: WlSeat): void {
    this.#resources.add(resource);
    const { seat } = this.#host;
    resource.setHandler({
      getPointer: (id) => {
        this.#demand(resource, WlSeatCapability.pointer, 'pointer');
        id.setHandler({
          setCursor: (serial: number, surface: WlSurface | null, x: number, y: number) =>
            setCursorSurface(this.#host, id, serial, surface && Surface.from(surface), x, y),
        });
        seat.bindPointer(id);
      },
      getKeyboard: (id) => {
        this.#demand(resource, WlSeatCapability.keyboard, 'keyboard');
        id.setHandler({});
        seat.bindKeyboard(id);
      },
      getTouch: (id) => {
        this.#demand(resource, WlSeatCapability.touch, 'touch');
        id.setHandler({});
        seat.bindTouch(id);
      },
    });
    resource.sendName(SEAT_NAME);
    resource.sendCapabilities(this.#capabilities);
  }

  #demand(resource: WlSeat, capability: number, name: string): void {
    if (this.#everCapable & capability) return;
    resource.postError(WlSeatError.missingCapability, `the seat never had a ${name}`);
  }
}

/** Offers wl_seat 9. */
export function exposeSeat(host: SeatHost): SeatGlobal {
  const { router } = host.seat;
  router.onFocus.add((surface) => surface && host.cursor.setClient(surface.client));
  router.onServerShape.add((name) => host.cursor.setServerShape(name));
  return new SeatGlobal(host);
}
