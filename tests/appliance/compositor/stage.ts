import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exposeDataDevices } from '../../../appliance/compositor/data/data-device.ts';
import { exposePrimarySelection } from '../../../appliance/compositor/data/primary-selection.ts';
import { Selections } from '../../../appliance/compositor/data/selections.ts';
import { OutputLayout } from '../../../appliance/compositor/output/layout.ts';
import { Scene } from '../../../appliance/compositor/scene/scene.ts';
import { CursorState } from '../../../appliance/compositor/seat/cursor.ts';
import { exposeCursorShape } from '../../../appliance/compositor/seat/cursor-shape.ts';
import { CursorTheme } from '../../../appliance/compositor/seat/cursor-theme.ts';
import { nativeKeyboard } from '../../../appliance/compositor/seat/native-keyboard.ts';
import { exposePointerConstraints } from '../../../appliance/compositor/seat/pointer-constraints.ts';
import { exposeRelativePointer } from '../../../appliance/compositor/seat/relative-pointer.ts';
import { Seat } from '../../../appliance/compositor/seat/seat.ts';
import { exposeSeat } from '../../../appliance/compositor/seat/wl-seat.ts';
import { exposeCompositor } from '../../../appliance/compositor/surface/compositor-global.ts';
import { exposeSinglePixelBuffer } from '../../../appliance/compositor/surface/single-pixel-buffer.ts';
import { exposeSubcompositor } from '../../../appliance/compositor/surface/subcompositor.ts';
import { Surface } from '../../../appliance/compositor/surface/surface.ts';
import { exposeViewporter } from '../../../appliance/compositor/surface/viewport.ts';
import { createSocketPair, Display } from '../../../native/wayland/index.ts';
import * as protocol from '../../../protocol/wayland/generated/index.ts';
import type { InterfaceSpec, ResourceBase } from '../../../protocol/wayland/types.ts';
import { WireClient, type WireObject } from './wire-client.ts';

const interfaces = Object.values(protocol).filter(
  (value): value is InterfaceSpec => typeof value === 'object' && 'events' in value,
);

/** A compositor of surfaces, scene, seat and data devices, where tests place the windows. */
export class Stage {
  readonly display = new Display(interfaces);
  readonly outputs = new OutputLayout(this.display);
  readonly scene: Scene;
  readonly seat: Seat;
  readonly cursor: CursorState;
  readonly selections = new Selections();
  readonly errors: unknown[] = [];
  timeMs = 1000;
  readonly #clients: WireClient[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'wayray-seat-'));

  constructor() {
    this.display.onHandlerError = (error) => this.errors.push(error);
    this.outputs.apply([
      {
        id: 1,
        name: 'TEST-1',
        make: 'none',
        model: 'none',
        widthPx: 1280,
        heightPx: 800,
        widthMm: 0,
        heightMm: 0,
        scale120: 120,
        refreshMhz: 60_000,
        x: 0,
        y: 0,
        transform: 0,
      },
    ]);
    this.scene = new Scene(this.outputs, () => this.timeMs);
    this.seat = new Seat({
      display: this.display,
      scene: this.scene,
      outputs: this.outputs,
      keyboardNames: { rules: '', model: '', layout: 'us', variant: '', options: '' },
      keyboard: nativeKeyboard,
      clock: () => this.timeMs,
    });
    this.cursor = new CursorState(new CursorTheme({ folders: [this.#folder] }));
    exposeCompositor(this);
    exposeSubcompositor(this);
    exposeSinglePixelBuffer(this);
    exposeViewporter(this);
    exposeSeat(this);
    exposeCursorShape(this);
    exposeRelativePointer(this);
    exposePointerConstraints(this);
    exposeDataDevices(this);
    exposePrimarySelection(this);
  }

  async connect(): Promise<Actor> {
    const [server, client] = createSocketPair();
    const serverClient = this.display.addClientFd(server);
    const wire = new WireClient(client);
    this.#clients.push(wire);
    await wire.roundtrip();
    return new Actor(wire, (object) => serverClient.objectById(object.id));
  }

  /** Shows windows bottom to top. */
  show(...windows: readonly { surface: Surface; x: number; y: number }[]): void {
    this.scene.setItems(
      'windows',
      windows.map((window) => ({ kind: 'surface', ...window })),
    );
  }

  /** Lets the compositor finish its batch. */
  async settle(): Promise<void> {
    for (const client of this.#clients) await client.roundtrip();
    await new Promise((resolve) => setImmediate(resolve));
    for (const client of this.#clients) await client.roundtrip();
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client.destroy();
    this.display.destroy();
    this.scene[Symbol.dispose]();
    this.seat[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

/** A client with what most tests need. */
export class Actor {
  readonly wire: WireClient;
  readonly seat: WireObject;
  readonly compositor: WireObject;
  readonly #viewporter: WireObject;
  readonly #pixels: WireObject;
  readonly #serverSide: (object: WireObject) => ResourceBase | undefined;

  constructor(wire: WireClient, serverSide: (object: WireObject) => ResourceBase | undefined) {
    this.wire = wire;
    this.#serverSide = serverSide;
    this.compositor = wire.bind('wl_compositor', 6);
    this.#viewporter = wire.bind('wp_viewporter', 1);
    this.#pixels = wire.bind('wp_single_pixel_buffer_manager_v1', 1);
    this.seat = wire.bind('wl_seat', 9);
  }

  /** A surface of one colour (0xAARRGGBB); without a size it has no buffer. */
  surface(width?: number, height?: number, colour = 0xff336699): WireObject {
    const surface = this.wire.request(this.compositor, 'create_surface', 'new');
    if (width === undefined || height === undefined) return surface;
    this.paint(surface, width, height, colour);
    return surface;
  }

  paint(surface: WireObject, width: number, height: number, colour = 0xff336699): void {
    const channel = (shift: number) => ((colour >>> shift) & 0xff) * 0x01010101;
    const buffer = this.wire.request(
      this.#pixels,
      'create_u32_rgba_buffer',
      'new',
      channel(16),
      channel(8),
      channel(0),
      channel(24),
    );
    const viewport = this.#viewport(surface);
    this.wire.request(viewport, 'set_destination', width, height);
    this.wire.request(surface, 'attach', buffer, 0, 0);
    this.wire.request(surface, 'commit');
  }

  readonly #viewports = new Map<WireObject, WireObject>();
  #viewport(surface: WireObject): WireObject {
    const known = this.#viewports.get(surface);
    if (known) return known;
    const made = this.wire.request(this.#viewporter, 'get_viewport', 'new', surface);
    this.#viewports.set(surface, made);
    return made;
  }

  /** The compositor's side of a surface. */
  async serverSurface(surface: WireObject): Promise<Surface> {
    await this.wire.roundtrip();
    const resource = this.#serverSide(surface);
    if (!(resource?.data instanceof Surface)) throw new Error('no such surface');
    return resource.data;
  }

  pointer(): WireObject {
    return this.wire.request(this.seat, 'get_pointer', 'new');
  }

  keyboard(): WireObject {
    return this.wire.request(this.seat, 'get_keyboard', 'new');
  }

  touch(): WireObject {
    return this.wire.request(this.seat, 'get_touch', 'new');
  }
}
