import {
  type ZwpRelativePointerManagerV1,
  type ZwpRelativePointerV1,
  zwpRelativePointerManagerV1,
} from '../../../protocol/wayland/generated/relative-pointer.ts';
import { ClientResources } from './client-resources.ts';
import type { SeatHost } from './wl-seat.ts';

/** Offers zwp_relative_pointer_manager_v1: movement as such, also where the pointer cannot go further. */
export function exposeRelativePointer(host: SeatHost): void {
  const relatives = new ClientResources<ZwpRelativePointerV1>();
  const { seat, display } = host;
  display.createGlobal(zwpRelativePointerManagerV1, 1, (manager: ZwpRelativePointerManagerV1) => {
    manager.setHandler({
      getRelativePointer: (id) => {
        id.setHandler({});
        relatives.add(id);
      },
    });
  });
  seat.router.onRelative.add((timeMs, dx, dy) => {
    const client = seat.pointer.focus?.client;
    if (!client) return;
    const timeUs = Math.floor(timeMs) * 1000;
    const [high, low] = [Math.floor(timeUs / 2 ** 32), timeUs >>> 0];
    // what the terminal's pointer does has its acceleration in it already: there is no other figure to give
    for (const one of relatives.of(client)) one.sendRelativeMotion(high, low, dx, dy, dx, dy);
    seat.pointer.markUnframed(client);
  });
}
