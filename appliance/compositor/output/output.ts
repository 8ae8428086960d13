import type { WlOutput } from '../../../protocol/wayland/generated/wayland.ts';
import type { ZxdgOutputV1 } from '../../../protocol/wayland/generated/xdg-output.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import { equalRects, type Rect } from '../region/rect.ts';
import type { SurfaceOutput } from '../surface/surface.ts';
import { logicalRect, type OutputConfig, refreshOrDefault } from './output-config.ts';
import { sendOutput, sendXdgOutput } from './output-events.ts';

/** One screen of the terminal and the objects by which clients know it. */
export class Output implements SurfaceOutput {
  #config: OutputConfig;
  #logical: Rect;
  #usable: Rect | null = null;
  #removed = false;
  readonly #resources = new Map<WaylandClient, Set<WlOutput>>();
  readonly #xdgOutputs = new Map<ZxdgOutputV1, WlOutput>();

  constructor(config: OutputConfig) {
    this.#config = config;
    this.#logical = logicalRect(config);
  }

  get config(): OutputConfig {
    return this.#config;
  }
  get id(): number {
    return this.#config.id;
  }
  get name(): string {
    return this.#config.name;
  }
  /** What it is, without its place and what it is plugged into. */
  get monitor(): string {
    const { make, model, widthPx, heightPx, scale120, transform } = this.#config;
    return JSON.stringify([make, model, widthPx, heightPx, scale120, transform]);
  }
  /** Size of the picture in the terminal's memory order. */
  get widthPx(): number {
    return this.#config.widthPx;
  }
  get heightPx(): number {
    return this.#config.heightPx;
  }
  /** Physical per logical pixel. */
  get scale(): number {
    return this.#config.scale120 / 120;
  }
  get transform(): number {
    return this.#config.transform;
  }
  get refreshMhz(): number {
    return refreshOrDefault(this.#config);
  }
  get refreshNs(): number {
    return 1e12 / this.refreshMhz;
  }
  /** Place and size in the global space. */
  get logical(): Rect {
    return this.#logical;
  }
  /** What panels leave for windows. */
  get usable(): Rect {
    return this.#usable ?? this.#logical;
  }
  setUsable(rect: Rect | null): void {
    this.#usable = rect;
  }
  get removed(): boolean {
    return this.#removed;
  }

  /**
   * The nearest global position on this output's pixel grid: windows placed there show a client's pixels one to one
   * and meet their neighbours without a gap, also at fractional scales.
   */
  align(x: number, y: number): { x: number; y: number } {
    const { scale, logical } = this;
    return {
      x: logical.x + Math.round((x - logical.x) * scale) / scale,
      y: logical.y + Math.round((y - logical.y) * scale) / scale,
    };
  }

  resourcesOf(client: WaylandClient): Iterable<WlOutput> {
    return this.#resources.get(client) ?? [];
  }

  /** The output behind a client's wl_output; null once it was unplugged. */
  static from(resource: WlOutput): Output | null {
    return resource.data instanceof Output && !resource.data.removed ? resource.data : null;
  }

  bind(resource: WlOutput): void {
    const { client } = resource;
    resource.data = this;
    resource.setHandler({});
    const own = this.#resources.get(client) ?? new Set();
    this.#resources.set(client, own.add(resource));
    resource.onDestroy(() => {
      own.delete(resource);
      if (own.size === 0) this.#resources.delete(client);
    });
    sendOutput(resource, this);
    resource.sendDone();
  }

  bindXdg(resource: ZxdgOutputV1, output: WlOutput): void {
    this.#xdgOutputs.set(resource, output);
    resource.onDestroy(() => this.#xdgOutputs.delete(resource));
    sendXdgOutput(resource, output, this, true);
  }

  /** Takes a new description and tells every client. */
  change(config: OutputConfig): void {
    this.#config = config;
    const logical = logicalRect(config);
    if (!equalRects(logical, this.#logical)) this.#usable = null;
    this.#logical = logical;
    for (const [resource, output] of this.#xdgOutputs) sendXdgOutput(resource, output, this, false);
    for (const resources of this.#resources.values())
      for (const resource of resources) {
        sendOutput(resource, this);
        resource.sendDone();
      }
  }

  /** Unplugged: clients may keep their objects, which say nothing any more. */
  remove(): void {
    this.#removed = true;
    this.#xdgOutputs.clear();
  }
}
