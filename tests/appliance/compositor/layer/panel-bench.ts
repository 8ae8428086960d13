import { pino } from 'pino';
import { exposeForeignToplevels } from '../../../../appliance/compositor/foreign-toplevel/foreign-toplevels.ts';
import { exposeIdle, type Idle } from '../../../../appliance/compositor/idle/idle.ts';
import { exposeLayerShell } from '../../../../appliance/compositor/layer/layer-shell.ts';
import {
  exposeSessionLock,
  type SessionLock,
} from '../../../../appliance/compositor/lock/session-lock.ts';
import type { Display } from '../../../../native/wayland/index.ts';
import type {
  ZwlrLayerShellV1,
  ZwlrLayerSurfaceV1,
} from '../../../../protocol/wayland/generated/layer-shell.ts';
import type {
  ExtSessionLockManagerV1,
  ExtSessionLockSurfaceV1,
  ExtSessionLockV1,
} from '../../../../protocol/wayland/generated/session-lock.ts';
import type { WlOutput } from '../../../../protocol/wayland/generated/wayland.ts';
import { ShellBench } from '../shell/shell-bench.ts';
import { attach, type ClientSurface } from '../wayland-fakes/bench.ts';
import type { FakeResource } from '../wayland-fakes/fake-client.ts';

export interface ClientLayer extends ClientSurface {
  readonly layer: ZwlrLayerSurfaceV1 & FakeResource;
}

export interface ClientLockSurface extends ClientSurface {
  readonly lockSurface: ExtSessionLockSurfaceV1 & FakeResource;
}

export interface LayerWish {
  /** background 0 to overlay 3 */
  readonly layer?: number;
  readonly anchor?: number;
  readonly size?: readonly [number, number];
  readonly zone?: number;
  readonly keyboard?: number;
  readonly output?: WlOutput | null;
}

/** A shell with everything that panels, lockers and task bars need. */
export class PanelBench extends ShellBench {
  readonly layerShell: ZwlrLayerShellV1 & FakeResource;
  readonly lockManager: ExtSessionLockManagerV1 & FakeResource;
  readonly lock: SessionLock;
  readonly idle: Idle;

  constructor() {
    super();
    const display = this.display as unknown as Display;
    const { scene, outputs, seat, shell } = this;
    const clock = () => performance.now();
    exposeLayerShell({ display, scene, outputs, seat, shell, clock });
    exposeForeignToplevels({ display, outputs, shell });
    this.lock = exposeSessionLock({
      display,
      scene,
      outputs,
      seat,
      log: pino({ level: 'silent' }),
    });
    this.idle = exposeIdle({ display, scene, seat, clock });
    this.layerShell = this.display.bind(this.client, 'zwlr_layer_shell_v1');
    this.lockManager = this.display.bind(this.client, 'ext_session_lock_manager_v1');
  }

  override [Symbol.dispose](): void {
    this.idle[Symbol.dispose]();
    super[Symbol.dispose]();
  }

  createLayer({ layer = 2, anchor = 13, size = [0, 30], ...rest }: LayerWish = {}): ClientLayer {
    const made = this.createSurface();
    const object = this.client.create<ZwlrLayerSurfaceV1>('zwlr_layer_surface_v1');
    const { output = null, zone = 0, keyboard = 0 } = rest;
    this.layerShell.request('getLayerSurface', object, made.resource, output, layer, 'test');
    object.request('setAnchor', anchor);
    object.request('setSize', ...size);
    object.request('setExclusiveZone', zone);
    object.request('setKeyboardInteractivity', keyboard);
    return { ...made, layer: object };
  }

  commitSurface({ resource }: ClientSurface): void {
    this.batch(() => resource.request('commit'));
  }

  /** Acknowledges the newest configure and draws in the size that it asks for. */
  fill(of: ClientSurface, configured: FakeResource): void {
    const last = this.eventsOf(configured).findLast((event) => event.startsWith('configure '));
    const [serial = 0, width = 0, height = 0] = (last ?? '').split(' ').slice(1).map(Number);
    this.batch(() => {
      configured.request('ackConfigure', serial);
      attach(of, this.client.createBuffer(width, height));
      of.resource.request('commit');
    });
  }

  mapLayer(wish: LayerWish = {}): ClientLayer {
    const made = this.createLayer(wish);
    this.commitSurface(made);
    this.fill(made, made.layer);
    return made;
  }

  requestLock(): ExtSessionLockV1 & FakeResource {
    const lock = this.client.create<ExtSessionLockV1>('ext_session_lock_v1');
    this.batch(() => this.lockManager.request('lock', lock));
    return lock;
  }

  createLockSurface(lock: FakeResource, output: WlOutput & FakeResource): ClientLockSurface {
    const made = this.createSurface();
    const lockSurface = this.client.create<ExtSessionLockSurfaceV1>('ext_session_lock_surface_v1');
    lock.request('getLockSurface', lockSurface, made.resource, output);
    return { ...made, lockSurface };
  }

  /** A wl_output of the client. */
  bindOutput(index = 0): WlOutput & FakeResource {
    const resource = this.client.create<WlOutput>('wl_output');
    this.outputs.outputs[index]?.bind(resource);
    return resource;
  }

  /** A picture was taken and seen on every output. */
  present(): void {
    for (const output of this.outputs.outputs) {
      this.scene.takeDamage(output);
      const feedback = this.scene.frameTaken(output);
      feedback.sendFrameCallbacks(0);
      feedback.presented(0n, 1, 1);
    }
  }

  /** Presses and releases the left button there. */
  click(x: number, y: number): void {
    this.seat.pointerMotion(0, x, y);
    this.seat.pointerButton(0, 0x110, true);
    this.seat.pointerButton(0, 0x110, false);
  }
}
