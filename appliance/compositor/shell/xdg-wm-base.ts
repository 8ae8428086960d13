import type { WlSurface } from '../../../protocol/wayland/generated/wayland.ts';
import {
  type XdgWmBase as WmBaseResource,
  type XdgSurface as XdgSurfaceResource,
  XdgWmBaseError,
} from '../../../protocol/wayland/generated/xdg-shell.ts';
import { Surface } from '../surface/surface.ts';
import { Positioner } from './positioner.ts';
import type { Shell } from './shell.ts';
import { XdgSurface } from './xdg-surface.ts';

/** A client that has not answered a ping for this long counts as unresponsive. */
const PONG_TIMEOUT_MS = 10_000;

/** One client's binding of the shell. */
export class XdgWmBase {
  readonly resource: WmBaseResource;
  readonly shell: Shell;
  readonly surfaces = new Set<XdgSurface>();
  #ping: { serial: number; timer: NodeJS.Timeout } | null = null;
  #unresponsive = false;

  constructor(resource: WmBaseResource, shell: Shell) {
    this.resource = resource;
    this.shell = shell;
    resource.data = this;
    resource.setHandler({
      destroy: () => {
        if (this.surfaces.size === 0) return;
        this.refuse('defunctSurfaces', `${this.surfaces.size} of its surfaces still exist`);
      },
      createPositioner: (id) => {
        new Positioner(id);
      },
      getXdgSurface: (id, surface) => this.#createSurface(id, surface),
      pong: (serial) => this.#pong(serial),
    });
    resource.onDestroy(() => this.#endPing());
  }

  get unresponsive(): boolean {
    return this.#unresponsive;
  }

  refuse(error: keyof typeof XdgWmBaseError, reason: string): void {
    this.resource.postError(XdgWmBaseError[error], reason);
  }

  /** Asks the client for a sign of life, unless an answer is still awaited. */
  ping(): void {
    if (this.#ping || this.resource.destroyed) return;
    const serial = this.shell.nextSerial();
    const timer = setTimeout(() => {
      this.#unresponsive = true;
      this.shell.log.warn({ pid: this.resource.client.pid }, 'client does not answer');
    }, PONG_TIMEOUT_MS);
    timer.unref();
    this.#ping = { serial, timer };
    this.resource.sendPing(serial);
  }

  #pong(serial: number): void {
    if (this.#ping?.serial !== serial) return;
    this.#endPing();
    this.#unresponsive = false;
  }

  #endPing(): void {
    if (this.#ping) clearTimeout(this.#ping.timer);
    this.#ping = null;
  }

  #createSurface(id: XdgSurfaceResource, wlSurface: WlSurface): void {
    const surface = Surface.from(wlSurface);
    if (surface.role !== null || this.shell.xdgSurfaceOf(surface) !== null) {
      this.refuse('role', `wl_surface#${wlSurface.id} already has a use`);
      return;
    }
    if (surface.hasBuffer || surface.hasPendingBuffer) {
      this.refuse('invalidSurfaceState', `wl_surface#${wlSurface.id} has a buffer`);
      return;
    }
    new XdgSurface(id, surface, this);
  }
}
