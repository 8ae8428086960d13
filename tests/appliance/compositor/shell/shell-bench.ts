import { pino } from 'pino';
import { nativeKeyboard } from '../../../../appliance/compositor/seat/native-keyboard.ts';
import { Seat } from '../../../../appliance/compositor/seat/seat.ts';
import { exposeXdgActivation } from '../../../../appliance/compositor/shell/activation.ts';
import { exposeXdgDecoration } from '../../../../appliance/compositor/shell/decoration.ts';
import { exposeXdgShell, Shell } from '../../../../appliance/compositor/shell/shell.ts';
import type { Surface } from '../../../../appliance/compositor/surface/surface.ts';
import { FloatingPolicy } from '../../../../appliance/wm/floating.ts';
import { type Display, WaylandError } from '../../../../native/wayland/index.ts';
import type {
  XdgPopup,
  XdgPositioner,
  XdgSurface,
  XdgToplevel,
  XdgWmBase,
} from '../../../../protocol/wayland/generated/xdg-shell.ts';
import { attach, Bench, type ClientSurface } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

export interface ClientXdg extends ClientSurface {
  readonly xdg: XdgSurface & FakeResource;
}

export interface ClientToplevel extends ClientXdg {
  readonly toplevel: XdgToplevel & FakeResource;
}

export interface ClientPopup extends ClientXdg {
  readonly popup: XdgPopup & FakeResource;
}

/** A shell with scene, seat and the floating policy, and one client without a socket. */
export class ShellBench extends Bench {
  readonly seat: Seat;
  readonly shell: Shell;
  readonly wmBase: XdgWmBase & FakeResource;
  readonly #dispatched: (() => void)[] = [];
  #serial = 100;

  constructor(options: { acceptsUnconfiguredBuffers?: boolean; version?: number } = {}) {
    super();
    const display = Object.assign(this.display, {
      nextSerial: () => ++this.#serial,
      onDispatched: (callback: () => void) => this.#dispatched.push(callback),
    }) as unknown as Display;
    const clock = () => 1000;
    this.seat = new Seat({
      display,
      scene: this.scene,
      outputs: this.outputs,
      keyboardNames: { rules: '', model: '', layout: 'us', variant: '', options: '' },
      keyboard: nativeKeyboard,
      clock,
      schedule: (callback) => queueMicrotask(callback),
    });
    this.shell = new Shell({
      display,
      scene: this.scene,
      outputs: this.outputs,
      seat: this.seat,
      policy: new FloatingPolicy(),
      log: pino({ level: 'silent' }),
      clock,
      acceptsUnconfiguredBuffers: options.acceptsUnconfiguredBuffers ?? false,
    });
    exposeXdgShell(this.shell);
    exposeXdgDecoration(this.shell);
    exposeXdgActivation(this.shell);
    this.wmBase = this.display.bind(this.client, 'xdg_wm_base', options.version ?? 6);
  }

  [Symbol.dispose](): void {
    this.client.destroy();
    this.shell[Symbol.dispose]();
    this.seat[Symbol.dispose]();
  }

  positionOf(surface: Surface): { x: number; y: number } | null {
    const item = this.scene
      .items('windows')
      .find((other) => other.kind === 'surface' && other.surface === surface);
    return item ? { x: item.x, y: item.y } : null;
  }

  /** Sends requests as one batch; a WaylandError of a handler is posted as the dispatcher does. */
  batch(requests: () => void): void {
    try {
      requests();
    } catch (error) {
      if (!(error instanceof WaylandError)) throw error;
      error.resource.postError(error.code, error.message);
    }
    for (const callback of this.#dispatched) callback();
  }

  /** Interface and code of the protocol errors so far. */
  get errors(): string[] {
    return this.client.errors.map(({ on, code }) => `${on} ${code}`);
  }

  createXdg(): ClientXdg {
    const made = this.createSurface();
    const xdg = this.client.create<XdgSurface>('xdg_surface', this.wmBase.version);
    this.wmBase.request('getXdgSurface', xdg, made.resource);
    return { ...made, xdg };
  }

  createToplevel(): ClientToplevel {
    const made = this.createXdg();
    const toplevel = this.client.create<XdgToplevel>('xdg_toplevel', this.wmBase.version);
    made.xdg.request('getToplevel', toplevel);
    return { ...made, toplevel };
  }

  createPositioner(
    anchor: readonly [number, number, number, number] = [10, 10, 1, 1],
    size: readonly [number, number] = [50, 40],
  ): XdgPositioner & FakeResource {
    const positioner = this.client.create<XdgPositioner>('xdg_positioner', this.wmBase.version);
    this.wmBase.request('createPositioner', positioner);
    positioner.request('setSize', ...size);
    positioner.request('setAnchorRect', ...anchor);
    positioner.request('setAnchor', 8);
    positioner.request('setGravity', 8);
    return positioner;
  }

  createPopup(parent: ClientXdg | null, positioner = this.createPositioner()): ClientPopup {
    const made = this.createXdg();
    const popup = this.client.create<XdgPopup>('xdg_popup', this.wmBase.version);
    made.xdg.request('getPopup', popup, parent?.xdg ?? null, positioner);
    return { ...made, popup };
  }

  commit(of: ClientXdg): void {
    this.batch(() => of.resource.request('commit'));
  }

  /** The serial of the newest configure that the surface was sent. */
  lastSerial(of: ClientXdg): number {
    const prefix = `${of.xdg}.configure `;
    const last = this.client.events.filter((event) => event.startsWith(prefix)).at(-1);
    return Number(last?.slice(prefix.length));
  }

  ack(of: ClientXdg): void {
    of.xdg.request('ackConfigure', this.lastSerial(of));
  }

  /** Draws with a buffer of this size. */
  draw(of: ClientXdg, width: number, height: number): void {
    this.batch(() => {
      attach(of, this.client.createBuffer(width, height));
      of.resource.request('commit');
    });
  }

  map<T extends ClientXdg>(of: T, width: number, height: number): T {
    this.commit(of);
    this.ack(of);
    this.draw(of, width, height);
    return of;
  }

  mapToplevel(width = 200, height = 100): ClientToplevel {
    return this.map(this.createToplevel(), width, height);
  }

  /** The events of one object since the last call of takeEvents(). */
  eventsOf(resource: FakeResource): string[] {
    const prefix = `${resource}.`;
    return this.client.events
      .filter((event) => event.startsWith(prefix))
      .map((event) => event.slice(prefix.length));
  }
}
