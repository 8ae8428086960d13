import { type WlDataDevice, wlDataOffer } from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { ClientResources } from '../seat/client-resources.ts';
import type { InputInterceptor } from '../seat/input.ts';
import type { Surface } from '../surface/surface.ts';
import type { DataSource } from './data-source.ts';
import { Drag } from './drag.ts';
import type { DragIcon } from './drag-icon.ts';
import type { DataHost } from './host.ts';
import type { OfferMaker } from './offers.ts';

const KEYSYM_ESCAPE = 0xff1b;

/** Begins drags and connects them to what drives them: the pressed pointer or a touch point. */
export class DragStarter {
  readonly #host: DataHost;
  readonly #devices: ClientResources<WlDataDevice>;
  readonly #offers: OfferMaker;
  #drag: Drag | null = null;

  constructor(host: DataHost, devices: ClientResources<WlDataDevice>, offers: OfferMaker) {
    this.#host = host;
    this.#devices = devices;
    this.#offers = offers;
  }

  /** @returns false unless the serial is that of a press on `origin` that still lasts */
  start(
    source: DataSource | null,
    origin: Surface,
    icon: DragIcon | null,
    serial: number,
  ): boolean {
    const { seat } = this.#host;
    const cause = seat.serialOrigin(serial, origin.client);
    if (this.#drag || !cause?.held || cause.surface.rootSurface() !== origin.rootSurface()) {
      return false;
    }
    if (cause.kind !== 'button' && cause.kind !== 'touch') return false;
    if (source && !source.use('drag')) return false;
    if (cause.kind === 'touch') return this.#byTouch(serial, source, origin.client, icon);
    this.#byPointer(source, origin.client, icon);
    return true;
  }

  #byPointer(source: DataSource | null, origin: WaylandClient, icon: DragIcon | null): void {
    const { seat } = this.#host;
    const drag = this.#begin(source, origin, icon, () => seat.endPointerGrab());
    let buttons = seat.heldButtons;
    seat.startPointerGrab({
      motion: (timeMs, x, y) => drag.motion(timeMs, x, y),
      button: (_timeMs, _code, pressed) => {
        buttons += pressed ? 1 : -1;
        if (buttons <= 0) drag.drop();
      },
      cancel: () => drag.cancel(),
    });
    drag.motion(seat.now(), seat.pointerX, seat.pointerY);
  }

  #byTouch(
    serial: number,
    source: DataSource | null,
    origin: WaylandClient,
    icon: DragIcon | null,
  ): boolean {
    const { seat } = this.#host;
    const point = seat.touchOf(serial);
    if (!point) return false;
    const drag = this.#begin(source, origin, icon, () => {});
    seat.startTouchGrab(point.id, {
      motion: (timeMs, x, y) => drag.motion(timeMs, x, y),
      up: () => drag.drop(),
      cancel: () => drag.cancel(),
    });
    drag.motion(seat.now(), point.x, point.y);
    return true;
  }

  #begin(
    source: DataSource | null,
    origin: WaylandClient,
    icon: DragIcon | null,
    release: () => void,
  ): Drag {
    const { seat, scene, display } = this.#host;
    const escapeKey: InputInterceptor = {
      key: (_timeMs, _code, pressed, keysym) => {
        if (!pressed || keysym !== KEYSYM_ESCAPE) return false;
        drag.cancel();
        return true;
      },
    };
    const world = {
      hitTest: (x: number, y: number) => scene.hitTest(x, y),
      devicesOf: (client: WaylandClient) => this.#devices.of(client),
      createOffer: (device: WlDataDevice) => this.#offers.create(device, wlDataOffer),
      nextSerial: () => display.nextSerial(),
      onEnd: () => {
        this.#drag = null;
        seat.dragOrigin = null;
        const at = seat.interceptors.indexOf(escapeKey);
        if (at >= 0) seat.interceptors.splice(at, 1);
        release();
      },
    };
    const drag = new Drag(world, source, origin, icon);
    this.#drag = drag;
    seat.dragOrigin = origin;
    seat.interceptors.unshift(escapeKey);
    return drag;
  }
}
