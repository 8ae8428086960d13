import type { Display } from '../../../native/wayland/index.ts';
import {
  type ZwlrLayerShellV1 as LayerShellResource,
  type ZwlrLayerSurfaceV1 as LayerSurfaceResource,
  ZwlrLayerShellV1Error,
  ZwlrLayerShellV1Layer,
  zwlrLayerShellV1,
} from '../../../protocol/wayland/generated/layer-shell.ts';
import type { WlOutput, WlSurface } from '../../../protocol/wayland/generated/wayland.ts';
import type { Point } from '../../wm/geometry.ts';
import type { OutputEvent, OutputLayout } from '../output/layout.ts';
import { Output } from '../output/output.ts';
import type { LayerName, Scene, SceneItem } from '../scene/scene.ts';
import type { Seat } from '../seat/seat.ts';
import type { Shell } from '../shell/shell.ts';
import { Surface } from '../surface/surface.ts';
import { arrangeLayers } from './arrangement.ts';
import { LayerFocus } from './layer-focus.ts';
import { LayerSurface, type LayerSurfaceOwner } from './layer-surface.ts';

export interface LayerHost {
  readonly display: Display;
  readonly outputs: OutputLayout;
  readonly scene: Pick<Scene, 'setItems'>;
  readonly seat: Seat;
  readonly shell: Pick<Shell, 'acceptsUnconfiguredBuffers'>;
  readonly clock: () => number;
}

/** By value of zwlr_layer_shell_v1.layer. */
const sceneLayers = ['background', 'bottom', 'top', 'overlay'] as const satisfies LayerName[];
/** Above the windows, so that the menu of a panel below them can be seen. */
const popupLayers = ['popups', 'popups', 'top', 'overlay'] as const satisfies LayerName[];
const usedLayers = [...new Set<LayerName>([...sceneLayers, ...popupLayers])];

/** Everything around the windows: wallpapers, panels, launchers, notifications. */
export class LayerShell implements LayerSurfaceOwner {
  readonly #host: LayerHost;
  /** Oldest first. */
  readonly #surfaces = new Set<LayerSurface>();
  readonly #focus: LayerFocus;

  constructor(host: LayerHost) {
    this.#host = host;
    this.#focus = new LayerFocus(host.seat, this.#surfaces);
    // a press elsewhere takes the keyboard away also where a window's frame consumes it
    host.seat.interceptors.unshift(this.#focus);
    host.outputs.onEvent((event) => this.#outputEvent(event));
  }

  bind(resource: LayerShellResource): void {
    resource.setHandler({
      getLayerSurface: (id, surface, output, layer, namespace) =>
        this.#create(resource, id, { surface, output, layer, namespace }),
    });
  }

  get acceptsUnconfiguredBuffers(): boolean {
    return this.#host.shell.acceptsUnconfiguredBuffers;
  }

  nextSerial(): number {
    return this.#host.display.nextSerial();
  }

  arrange(output: Output): void {
    if (output.removed) {
      this.show();
      return;
    }
    const placed = [...this.#surfaces].filter(
      (layer) => layer.output === output && layer.initialized,
    );
    const { boxes, usable } = arrangeLayers(output.logical, placed);
    for (const [index, layer] of placed.entries()) {
      const box = boxes[index];
      if (box) layer.place(box);
    }
    this.#host.outputs.setUsable(output, usable);
    this.show();
    this.#focus.update();
  }

  show(): void {
    const layers = new Map<LayerName, SceneItem[]>(usedLayers.map((name) => [name, []]));
    const shown = [...this.#surfaces].filter((layer) => layer.mapped);
    for (const layer of shown) {
      const item = itemOf(layer);
      if (item) layers.get(sceneLayers[layer.rules.layer] ?? 'overlay')?.push(item);
    }
    for (const layer of shown) {
      layers.get(popupLayers[layer.rules.layer] ?? 'overlay')?.push(...popupItems(layer));
    }
    for (const [name, items] of layers) this.#host.scene.setItems(name, items);
  }

  /** For automation, as Shell.placeWindow. */
  placeSurface(surface: Surface, at: Point): boolean {
    const { role } = surface;
    if (!(role instanceof LayerSurface) || !role.mapped) return false;
    role.putAt({ x: at.x, y: at.y });
    return true;
  }

  mapped(layer: LayerSurface): void {
    this.#focus.mapped(layer);
  }

  /** Its surface may be destroyed with the next request: the pointer leaves it while the client can be told. */
  unmapped(layer: LayerSurface): void {
    this.show();
    this.#focus.update();
    const { seat, clock } = this.#host;
    if (seat.pointerFocus?.rootSurface() === layer.surface) seat.router.refresh(clock());
  }

  removed(layer: LayerSurface): void {
    this.#surfaces.delete(layer);
  }

  #create(
    shell: LayerShellResource,
    id: LayerSurfaceResource,
    request: { surface: WlSurface; output: WlOutput | null; layer: number; namespace: string },
  ): void {
    const surface = Surface.from(request.surface);
    if (request.layer > ZwlrLayerShellV1Layer.overlay) {
      shell.postError(ZwlrLayerShellV1Error.invalidLayer, `${request.layer} is no layer`);
      return;
    }
    if (surface.hasBuffer || surface.hasPendingBuffer) {
      const reason = `wl_surface#${request.surface.id} has a buffer`;
      shell.postError(ZwlrLayerShellV1Error.alreadyConstructed, reason);
      return;
    }
    const output = this.#outputFor(request.output);
    if (!output) {
      // the client does not know yet that the output was unplugged
      id.setHandler(inert);
      id.sendClosed();
      return;
    }
    const layer = new LayerSurface(id, surface, output, request.layer, request.namespace, this);
    const conflict = { resource: shell, code: ZwlrLayerShellV1Error.role };
    if (surface.assignRole(layer, conflict)) this.#surfaces.add(layer);
  }

  /** Without a wish the output that the user is at. */
  #outputFor(wish: WlOutput | null): Output | null {
    if (wish) return Output.from(wish);
    const { outputs, seat } = this.#host;
    return outputs.outputAt(seat.pointerX, seat.pointerY) ?? outputs.primary;
  }

  #outputEvent({ kind, output }: OutputEvent): void {
    if (kind === 'changed') this.arrange(output);
    if (kind !== 'removed') return;
    for (const layer of [...this.#surfaces]) if (layer.output === output) layer.close();
  }
}

function itemOf(layer: LayerSurface): SceneItem | null {
  const at = layer.shownAt;
  return at && { kind: 'surface', surface: layer.surface, ...at, owner: layer };
}

function popupItems(layer: LayerSurface): SceneItem[] {
  const at = layer.shownAt;
  if (!at) return [];
  return layer.shownPopups.map(({ shown }) => ({
    kind: 'surface',
    surface: shown.surface,
    ...layer.output.align(at.x + shown.at.x, at.y + shown.at.y),
    owner: layer,
  }));
}

const inert = {
  setSize() {},
  setAnchor() {},
  setExclusiveZone() {},
  setMargin() {},
  setKeyboardInteractivity() {},
  getPopup() {},
  ackConfigure() {},
  setLayer() {},
};

/** Offers zwlr_layer_shell_v1 4. */
export function exposeLayerShell(host: LayerHost): LayerShell {
  const shell = new LayerShell(host);
  host.display.createGlobal(zwlrLayerShellV1, 4, (resource: LayerShellResource) =>
    shell.bind(resource),
  );
  return shell;
}
