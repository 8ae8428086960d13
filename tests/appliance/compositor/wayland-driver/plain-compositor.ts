import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import type { Surface } from '../../../../appliance/compositor/surface/surface.ts';
import type { SurfaceChange } from '../../../../appliance/compositor/surface/surface-sink.ts';
import { exposeViewporter } from '../../../../appliance/compositor/surface/viewport.ts';
import { composite, Framebuffer } from '../../../../native/pixels/index.ts';
import { Display } from '../../../../native/wayland/index.ts';
import { allInterfaces } from '../../../../protocol/wayland/generated/index.ts';

/** Surfaces without a role appear here, the oldest at the bottom. */
export const PLACE = { x: 10, y: 20 };

/** Surfaces, outputs and a scene on a real socket, painted into a framebuffer after each batch of requests. */
export class PlainCompositor {
  readonly display = new Display(allInterfaces);
  readonly outputs: OutputLayout;
  readonly scene: Scene;
  readonly framebuffer: Framebuffer;
  readonly socket: string;
  /** Damage of each frame taken, the newest last. */
  readonly frames: number[][] = [];
  readonly #folder: string;
  #surfaces: Surface[] = [];

  constructor(screen: OutputConfig) {
    this.#folder = mkdtempSync(join(tmpdir(), 'plain-compositor-'));
    process.env['XDG_RUNTIME_DIR'] = this.#folder;
    this.socket = this.display.addSocket();
    this.display.initShm([]);
    this.outputs = new OutputLayout(this.display);
    this.outputs.apply([screen]);
    this.scene = new Scene(this.outputs, () => performance.now());
    this.framebuffer = new Framebuffer(screen.widthPx, screen.heightPx);
    this.#expose();
    this.display.onDispatched(() => this.frame());
  }

  get output(): Output {
    return this.outputs.outputs[0] as Output;
  }

  /** Takes a frame where one is due. */
  frame(): void {
    if (!this.scene.needsFrame(this.output)) return;
    const damage = this.scene.takeDamage(this.output);
    const { list, sources } = this.scene.displayList(this.output);
    composite(this.framebuffer, list, sources, damage);
    this.frames.push([...damage]);
    const pending = this.scene.frameTaken(this.output);
    pending.sendFrameCallbacks(performance.now());
  }

  /** 0xRRGGBB */
  pixel(x: number, y: number): number {
    const at = (y * this.framebuffer.width + x) * 4;
    const [b, g, r] = this.framebuffer.bytes.subarray(at, at + 3) as unknown as number[];
    return ((r as number) << 16) | ((g as number) << 8) | (b as number);
  }

  [Symbol.dispose](): void {
    this.scene[Symbol.dispose]();
    this.display.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #expose(): void {
    const { display, scene } = this;
    const sink = {
      surfaceCreated: (surface: Surface) => scene.surfaceCreated(surface),
      surfaceStackChanged: (surface: Surface) => scene.surfaceStackChanged(surface),
      surfaceDestroyed: (surface: Surface) => {
        scene.surfaceDestroyed(surface);
        this.#place(this.#surfaces.filter((other) => other !== surface));
      },
      surfaceCommitted: (surface: Surface, change: SurfaceChange) => {
        scene.surfaceCommitted(surface, change);
        if (surface.role === null && surface.hasBuffer && !this.#surfaces.includes(surface))
          this.#place([...this.#surfaces, surface]);
      },
    };
    exposeCompositor({ display, scene: sink });
    exposeSubcompositor({ display, scene: sink });
    exposeViewporter({ display, scene: sink });
    exposeFractionalScale({ display, scene: sink });
    exposeSinglePixelBuffer({ display, scene: sink });
    exposePresentation({ display, scene: sink });
    exposeXdgOutput({ display });
  }

  #place(surfaces: Surface[]): void {
    this.#surfaces = surfaces;
    this.scene.setItems(
      'windows',
      surfaces.map((surface) => ({ kind: 'surface', surface, ...PLACE })),
    );
  }
}
