import {
  type WpCursorShapeDeviceV1,
  WpCursorShapeDeviceV1Error,
  type WpCursorShapeManagerV1,
  wpCursorShapeManagerV1,
} from '../../../protocol/wayland/generated/cursor-shape.ts';
import type { WlPointer } from '../../../protocol/wayland/generated/wayland.ts';
import { SHAPE_NAMES } from './cursor-names.ts';
import { mayChooseCursor } from './cursor-surface.ts';
import type { SeatHost } from './wl-seat.ts';

/** Offers wp_cursor_shape_manager_v1: cursors by name. */
export function exposeCursorShape(host: SeatHost): void {
  host.display.createGlobal(wpCursorShapeManagerV1, 1, (manager: WpCursorShapeManagerV1) => {
    manager.setHandler({
      getPointer: (device, pointer) => bindDevice(host, device, pointer),
      // no client can have a tablet tool to name here
      getTabletToolV2: (device) => device.setHandler({ setShape: () => {} }),
    });
  });
}

function bindDevice(host: SeatHost, device: WpCursorShapeDeviceV1, pointer: WlPointer): void {
  device.setHandler({
    setShape(serial, shape) {
      const name = SHAPE_NAMES[shape - 1];
      if (!name) {
        device.postError(WpCursorShapeDeviceV1Error.invalidShape, `no cursor shape ${shape}`);
        return;
      }
      if (pointer.destroyed || !mayChooseCursor(host.seat, pointer, serial)) return;
      host.cursor.choose(device.client, { kind: 'shape', name });
    },
  });
}
