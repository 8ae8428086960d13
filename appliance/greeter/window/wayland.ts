import {
  Connection,
  shmInterfaces,
  type WlShm,
  wlShm,
} from '../../../native/wayland-client/index.ts';
import {
  type WpCursorShapeManagerV1,
  wpCursorShapeManagerV1,
} from '../../../protocol/wayland/client/generated/cursor-shape.ts';
import {
  type WpFractionalScaleManagerV1,
  wpFractionalScaleManagerV1,
} from '../../../protocol/wayland/client/generated/fractional-scale.ts';
import {
  type WpViewporter,
  wpViewporter,
} from '../../../protocol/wayland/client/generated/viewporter.ts';
import {
  type WlCompositor,
  type WlSeat,
  wlCompositor,
  wlSeat,
} from '../../../protocol/wayland/client/generated/wayland.ts';
import { type XdgWmBase, xdgWmBase } from '../../../protocol/wayland/client/generated/xdg-shell.ts';
import { allInterfaces } from '../../../protocol/wayland/generated/index.ts';

/** What the login screen needs of a compositor. */
export interface Wayland {
  readonly connection: Connection;
  readonly compositor: WlCompositor;
  readonly shm: WlShm;
  readonly shell: XdgWmBase;
  /** To be called once; its capabilities come afterwards. @throws Error where there is none */
  bindSeat(): WlSeat;
  readonly viewporter: WpViewporter | null;
  readonly fractionalScale: WpFractionalScaleManagerV1 | null;
  readonly cursorShape: WpCursorShapeManagerV1 | null;
}

/** @throws Error where the compositor lacks something */
export async function connectWayland(): Promise<Wayland> {
  const connection = new Connection({ interfaces: [...allInterfaces, ...shmInterfaces] });
  await connection.sync();
  const needed = <T>(what: string, bound: T | null): T => {
    if (bound !== null) return bound;
    connection.close();
    throw new Error(`the compositor has no ${what}`);
  };
  const shell = needed('xdg_wm_base', connection.bind<XdgWmBase>(xdgWmBase));
  shell.setHandler({ ping: (serial) => shell.pong(serial) });
  return {
    connection,
    shell,
    compositor: needed(
      'wl_compositor 4',
      connection.bind<WlCompositor>(wlCompositor, { least: 4 }),
    ),
    shm: needed('wl_shm', connection.bind<WlShm>(wlShm)),
    bindSeat: () => needed('wl_seat 5', connection.bind<WlSeat>(wlSeat, { least: 5 })),
    viewporter: connection.bind<WpViewporter>(wpViewporter),
    fractionalScale: connection.bind<WpFractionalScaleManagerV1>(wpFractionalScaleManagerV1),
    cursorShape: connection.bind<WpCursorShapeManagerV1>(wpCursorShapeManagerV1),
  };
}
