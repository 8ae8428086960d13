import { OutputLayout } from '../../../../appliance/compositor/output/layout.ts';
import type { Output } from '../../../../appliance/compositor/output/output.ts';
import type { OutputConfig } from '../../../../appliance/compositor/output/output-config.ts';
import { exposeXdgOutput } from '../../../../appliance/compositor/output/xdg-output.ts';
import { Scene } from '../../../../appliance/compositor/scene/scene.ts';
import { exposeCompositor } from '../../../../appliance/compositor/surface/compositor-global.ts';
import { exposeFractionalScale } from '../../../../appliance/compositor/surface/fractional-scale.ts';
import { exposePresentation } from '../../../../appliance/compositor/surface/presentation.ts';
import { exposeSinglePixelBuffer } from '../../../../appliance/compositor/surface/single-pixel-buffer.ts';
import { exposeSubcompositor } from '../../../../appliance/compositor/surface/subcompositor.ts';
import { Surface } from '../../../../appliance/compositor/surface/surface.ts';
import { exposeViewporter } from '../../../../appliance/compositor/surface/viewport.ts';
import type { Display } from '../../../../native/wayland/index.ts';
import type {
  WlCallback,
  WlCompositor,
  WlRegion,
  WlSubcompositor,
  WlSubsurface,
  WlSurface,
} from '../../../../protocol/wayland/generated/wayland.ts';
import { FakeClient, FakeDisplay, type FakeResource } from './fake-client.ts';

export const SCREEN: OutputConfig = {
  id: 1,
  name: 'TEST-1',
  make: 'Make',
  model: 'Model',
  widthPx: 800,
  heightPx: 600,
  widthMm: 300,
  heightMm: 200,
  scale120: 120,
  refreshMhz: 60_000,
  x: 0,
  y: 0,
  transform: 0,
};

export interface ClientSurface {
  readonly resource: WlSurface & FakeResource;
  readonly surface: Surface;
}

/** The surface protocols with a scene and outputs, and one client without a socket. */
export class Bench {
  readonly display = new FakeDisplay();
  readonly outputs: OutputLayout;
  readonly scene: Scene;
  readonly client = new FakeClient();
  readonly compositor: WlCompositor & FakeResource;
  readonly subcompositor: WlSubcompositor & FakeResource;

  constructor(screens: readonly OutputConfig[] = [SCREEN]) {
    const display = this.display as unknown as Display;
    this.outputs = new OutputLayout(display);
    this.outputs.apply(screens);
    this.scene = new Scene(this.outputs, () => 1234);
    const host = { display, scene: this.scene };
    exposeCompositor(host);
    exposeSubcompositor(host);
    exposeViewporter(host);
    exposeFractionalScale(host);
    exposeSinglePixelBuffer(host);
    exposePresentation(host);
    exposeXdgOutput(host);
    this.compositor = this.display.bind(this.client, 'wl_compositor');
    this.subcompositor = this.display.bind(this.client, 'wl_subcompositor');
  }

  get output(): Output {
    return this.outputs.outputs[0] as Output;
  }

  createSurface(version = 6): ClientSurface {
    const resource = this.client.create<WlSurface>('wl_surface', version);
    this.compositor.request('createSurface', resource);
    return { resource, surface: Surface.from(resource) };
  }

  /** A surface that shows a buffer of this size. */
  createMapped(width: number, height: number, format = 0): ClientSurface {
    const made = this.createSurface();
    attach(made, this.client.createBuffer(width, height, format));
    made.resource.request('commit');
    return made;
  }

  createSubsurface(child: ClientSurface, parent: ClientSurface): WlSubsurface & FakeResource {
    const subsurface = this.client.create<WlSubsurface>('wl_subsurface');
    this.subcompositor.request('getSubsurface', subsurface, child.resource, parent.resource);
    return subsurface;
  }

  createRegion(...boxes: readonly [number, number, number, number][]): WlRegion & FakeResource {
    const region = this.client.create<WlRegion>('wl_region');
    this.compositor.request('createRegion', region);
    for (const box of boxes) region.request('add', ...box);
    return region;
  }

  requestFrame(target: ClientSurface): WlCallback & FakeResource {
    const callback = this.client.create<WlCallback>('wl_callback');
    target.resource.request('frame', callback);
    return callback;
  }

  show(...at: readonly { surface: Surface; x: number; y: number }[]): void {
    this.scene.setItems(
      'windows',
      at.map((item) => ({ kind: 'surface', ...item })),
    );
  }

  /** Takes a frame and forgets it: what is damaged afterwards is new. */
  settle(): void {
    this.scene.takeDamage(this.output);
    this.scene.frameTaken(this.output).sendFrameCallbacks(0);
    this.client.takeEvents();
  }

  damage(): number[][] {
    const rects = [...this.scene.takeDamage(this.output)];
    const out: number[][] = [];
    for (let i = 0; i < rects.length; i += 4) out.push(rects.slice(i, i + 4));
    return out;
  }
}

export function attach(to: ClientSurface, buffer: unknown): void {
  to.resource.request('attach', buffer, 0, 0);
}

export function damageAll(of: ClientSurface): void {
  of.resource.request('damageBuffer', 0, 0, 2 ** 31 - 1, 2 ** 31 - 1);
}
