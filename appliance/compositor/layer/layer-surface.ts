import { WaylandError } from '../../../native/wayland/index.ts';
import {
  ZwlrLayerSurfaceV1KeyboardInteractivity as Interactivity,
  type ZwlrLayerSurfaceV1 as LayerSurfaceResource,
  ZwlrLayerShellV1Layer,
  ZwlrLayerSurfaceV1Error,
} from '../../../protocol/wayland/generated/layer-shell.ts';
import type { Point, Rect } from '../../wm/geometry.ts';
import { sameSize } from '../../wm/geometry.ts';
import type { Output } from '../output/output.ts';
import { ConfigureQueue } from '../shell/configure-queue.ts';
import type { PopupRoot } from '../shell/popup-root.ts';
import { XdgPopup } from '../shell/xdg-popup.ts';
import type { Surface } from '../surface/surface.ts';
import type { SurfaceRole } from '../surface/surface-role.ts';
import { Changed, type SurfaceState } from '../surface/surface-state.ts';
import { ANCHOR_MASK, alignInBox, hasSize, type LayerRules } from './arrangement.ts';

/** What a layer surface needs of its shell. */
export interface LayerSurfaceOwner {
  /** See ShellDeps. */
  readonly acceptsUnconfiguredBuffers: boolean;
  nextSerial(): number;
  /** The surface has other rules, was configured for the first time, or came or went. */
  arrange(output: Output): void;
  /** It has another size, or its popups changed. */
  show(): void;
  mapped(layer: LayerSurface): void;
  unmapped(layer: LayerSurface): void;
  removed(layer: LayerSurface): void;
}

const OVERLAY = ZwlrLayerShellV1Layer.overlay;

/** A panel, wallpaper, launcher or notification: placed by its own rules at the edges of one output. */
export class LayerSurface implements SurfaceRole, PopupRoot {
  readonly name = 'zwlr_layer_surface_v1';
  readonly resource: LayerSurfaceResource;
  readonly surface: Surface;
  readonly output: Output;
  readonly namespace: string;
  readonly shownPopups: XdgPopup[] = [];
  mapped = false;
  everMapped = false;
  /** The initial commit was made, so that it has a place. */
  initialized = false;
  readonly #owner: LayerSurfaceOwner;
  readonly #sent = new ConfigureQueue<null>();
  readonly #adopted = new Set<XdgPopup>();
  #pending: LayerRules;
  #rules: LayerRules;
  #pendingInteractivity: number = Interactivity.none;
  #interactivity: number = Interactivity.none;
  #box: Rect | null = null;
  #size = { width: 0, height: 0 };
  #putAt: Point | null = null;
  #configured = false;
  #closed = false;

  constructor(
    resource: LayerSurfaceResource,
    surface: Surface,
    output: Output,
    layer: number,
    namespace: string,
    owner: LayerSurfaceOwner,
  ) {
    this.resource = resource;
    this.surface = surface;
    this.output = output;
    this.namespace = namespace;
    this.#owner = owner;
    const size = { width: 0, height: 0 };
    const margin = { top: 0, right: 0, bottom: 0, left: 0 };
    this.#rules = this.#pending = { layer, anchor: 0, size, margin, zone: 0 };
    resource.data = this;
    resource.setHandler({
      setSize: (width, height) => this.#set({ size: { width, height } }),
      setAnchor: (anchor) => {
        if (anchor <= ANCHOR_MASK) this.#set({ anchor });
        else this.#refuse('invalidAnchor', `${anchor} is no set of edges`);
      },
      setExclusiveZone: (zone) => this.#set({ zone: Math.max(-1, zone) }),
      setMargin: (top, right, bottom, left) => this.#set({ margin: { top, right, bottom, left } }),
      setKeyboardInteractivity: (value) => this.#setInteractivity(value),
      getPopup: (popup) => this.#adopt(XdgPopup.from(popup)),
      ackConfigure: (serial) => this.#ack(serial),
      setLayer: (value) => {
        if (value <= OVERLAY) this.#set({ layer: value });
        else this.#refuse('invalidSurfaceState', `${value} is no layer`);
      },
    });
    resource.onDestroy(() => this.#destroyed());
  }

  get rules(): LayerRules {
    return this.#rules;
  }

  get interactivity(): number {
    return this.#interactivity;
  }

  /** The output has gone or the session is done with it: the client is told to destroy it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unmap();
    this.#owner.removed(this);
    this.resource.sendClosed();
  }

  /** Where it belongs now; the client is told when that is another size. */
  place(box: Rect): void {
    const same = sameSize(box, this.#box);
    this.#box = box;
    if (same) return;
    const serial = this.#owner.nextSerial();
    this.#sent.push(serial, null);
    this.resource.sendConfigure(serial, toUint31(box.width), toUint31(box.height));
  }

  get shownAt(): Point | null {
    if (!this.#box || !this.mapped) return null;
    const { x, y } = this.#putAt ?? alignInBox(this.#rules, this.surface, this.#box);
    return this.output.align(x, y);
  }

  /** For automation: shows it there, whatever its rules say. */
  putAt(at: Point): void {
    this.#putAt = at;
    this.#owner.show();
  }

  /** Menus of a panel may cover other panels. */
  popupArea(output: Output): Rect {
    return output.logical;
  }

  popupsChanged(): void {
    this.#owner.show();
  }

  // --- what the surface does ---

  beforeCommit(pending: Readonly<SurfaceState>): void {
    if (this.#closed) return;
    const attaches = (pending.changed & Changed.buffer) !== 0 && pending.buffer !== null;
    if (attaches && !this.#mayMap)
      this.#throw(
        'invalidSurfaceState',
        'a buffer was committed before a configure was acknowledged',
      );
    if (!hasSize(this.#pending))
      this.#throw('invalidSize', 'a side without a size needs anchors at both of its ends');
  }

  afterCommit(): void {
    if (this.#closed) return;
    const changed =
      this.#rules !== this.#pending || this.#interactivity !== this.#pendingInteractivity;
    this.#rules = this.#pending;
    this.#interactivity = this.#pendingInteractivity;
    const { hasBuffer, width, height } = this.surface;
    if (this.mapped && !hasBuffer) {
      this.#unmap();
      return;
    }
    const isFirst = !this.initialized;
    this.initialized = true;
    const maps = !this.mapped && hasBuffer && this.#mayMap;
    const resized = !sameSize(this.surface, this.#size);
    this.#size = { width, height };
    if (maps) this.mapped = this.everMapped = true;
    if (maps || isFirst || changed) this.#owner.arrange(this.output);
    else if (resized) this.#owner.show();
    if (maps) this.#owner.mapped(this);
  }

  get #mayMap(): boolean {
    return this.#configured || this.#owner.acceptsUnconfiguredBuffers;
  }

  onSurfaceDestroyed(): void {
    this.#closed = true;
    this.#unmap();
    this.#owner.removed(this);
  }

  holdsRoleObject(): boolean {
    return !this.resource.destroyed;
  }

  #destroyed(): void {
    for (const popup of this.#adopted) popup.orphaned();
    this.#adopted.clear();
    this.#closed = true;
    this.#unmap();
    this.#owner.removed(this);
    this.surface.clearRole(this);
  }

  /** Back to the state right after it was made; what the client said stays. */
  #unmap(): void {
    const { mapped, initialized } = this;
    for (const popup of [...this.shownPopups].reverse()) popup.dismiss();
    this.mapped = false;
    this.initialized = false;
    this.#configured = false;
    this.#box = null;
    this.#sent.clear();
    if (mapped) this.#owner.unmapped(this);
    if (mapped || initialized) this.#owner.arrange(this.output);
  }

  // --- requests ---

  #set(changed: Partial<LayerRules>): void {
    this.#pending = { ...this.#pending, ...changed };
  }

  #setInteractivity(value: number): void {
    const { none, exclusive, onDemand } = Interactivity;
    // before on_demand there was only yes and no
    if (this.resource.version < 4) this.#pendingInteractivity = value === 0 ? none : exclusive;
    else if (value <= onDemand) this.#pendingInteractivity = value;
    else this.#refuse('invalidKeyboardInteractivity', `${value} is no keyboard interactivity`);
  }

  #adopt(popup: XdgPopup): void {
    if (!popup.adopt(this)) {
      this.#refuse('invalidSurfaceState', 'the popup has a parent or is shown already');
      return;
    }
    this.#adopted.add(popup);
    popup.resource.onDestroy(() => this.#adopted.delete(popup));
  }

  #ack(serial: number): void {
    // a configure may cross with the commit that unmaps the surface
    if (this.#closed || !this.initialized) return;
    if (this.#sent.ack(serial)) this.#configured = true;
    else this.#refuse('invalidSurfaceState', `configure ${serial} is not to be acknowledged`);
  }

  #refuse(error: keyof typeof ZwlrLayerSurfaceV1Error, reason: string): void {
    this.resource.postError(ZwlrLayerSurfaceV1Error[error], reason);
  }

  #throw(error: keyof typeof ZwlrLayerSurfaceV1Error, reason: string): never {
    throw new WaylandError(this.resource, ZwlrLayerSurfaceV1Error[error], reason);
  }
}

function toUint31(value: number): number {
  return Math.min(0x7fffffff, Math.max(0, Math.round(value)));
}
