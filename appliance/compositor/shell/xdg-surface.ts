import { WaylandError } from '../../../native/wayland/index.ts';
import {
  type XdgPopup as PopupResource,
  type XdgPositioner as PositionerResource,
  type XdgToplevel as ToplevelResource,
  XdgSurfaceError,
  type XdgSurface as XdgSurfaceResource,
  XdgWmBaseError,
} from '../../../protocol/wayland/generated/xdg-shell.ts';
import type { Rect } from '../../wm/geometry.ts';
import { intersectRects, isEmpty } from '../region/rect.ts';
import type { Surface } from '../surface/surface.ts';
import type { SurfaceRole } from '../surface/surface-role.ts';
import { Changed, type SurfaceState } from '../surface/surface-state.ts';
import { ConfigureQueue, type SentConfigure } from './configure-queue.ts';
import { Positioner } from './positioner.ts';
import { isComplete } from './positioner-rules.ts';
import { XdgPopup } from './xdg-popup.ts';
import { XdgToplevel } from './xdg-toplevel.ts';
import type { XdgWmBase } from './xdg-wm-base.ts';

/** What a toplevel or popup adds to its xdg_surface. */
export interface XdgRole {
  readonly roleName: 'xdg_toplevel' | 'xdg_popup';
  /** Throws a WaylandError for double-buffered state that makes no sense. */
  checkCommit(attachesBuffer: boolean): void;
  /** The client has described itself and waits for a configure. */
  onInitialCommit(): void;
  /** This configure is what the client has now drawn. */
  onDrawn(config: unknown): void;
  onMapped(): void;
  /** Unmapped, or gone before it was mapped; everything that the client said is forgotten. */
  onUnmapped(): void;
  onCommitted(): void;
}

/** The part that toplevels and popups have in common: window geometry, configures, mapping. */
export class XdgSurface {
  readonly resource: XdgSurfaceResource;
  readonly surface: Surface;
  readonly wmBase: XdgWmBase;
  readonly children = new Set<XdgPopup>();
  role: XdgRole | null = null;
  mapped = false;
  everMapped = false;
  /** The initial commit was made, so the client may be configured. */
  initialized = false;
  drawnSerial: number | null = null;
  readonly #sent = new ConfigureQueue<unknown>();
  readonly #surfaceRole: { current: SurfaceRole | null } = { current: null };
  #acked: SentConfigure<unknown> | null = null;
  #configured = false;
  #geometry: Rect | null = null;
  #pendingGeometry: Rect | null = null;

  constructor(resource: XdgSurfaceResource, surface: Surface, wmBase: XdgWmBase) {
    this.resource = resource;
    this.surface = surface;
    this.wmBase = wmBase;
    resource.data = this;
    wmBase.surfaces.add(this);
    wmBase.shell.addXdgSurface(this);
    surface.onAttach = () => this.#checkAttach();
    resource.setHandler({
      destroy: () => {
        if (!this.role) return;
        this.refuse('defunctRoleObject', `its ${this.role.roleName} still exists`);
      },
      getToplevel: (id) => this.#getToplevel(id),
      getPopup: (id, parent, positioner) => this.#getPopup(id, parent, positioner),
      setWindowGeometry: (x, y, width, height) => {
        if (!this.#isConstructed()) return;
        if (width > 0 && height > 0) this.#pendingGeometry = { x, y, width, height };
        else this.refuse('invalidSize', `window geometry ${width}x${height} is not positive`);
      },
      ackConfigure: (serial) => this.#ack(serial),
    });
    resource.onDestroy(() => this.#destroyed());
  }

  static from(resource: XdgSurfaceResource): XdgSurface {
    if (resource.data instanceof XdgSurface) return resource.data;
    throw new TypeError('not an xdg_surface of this compositor');
  }

  /**
   * In surface coordinates: what the client set, inside of what it shows. Without it the bounds of everything, but from
   * the surface's own corner on: a subsurface that is moved out to the left or top must not push the window away.
   */
  get geometry(): Rect {
    const extents = this.surface.extents();
    const shown = this.#geometry ? intersectRects(this.#geometry, extents) : null;
    if (shown && !isEmpty(shown)) return shown;
    const { x, y, width, height } = extents;
    return { x: 0, y: 0, width: x + width, height: y + height };
  }

  get settled(): boolean {
    return this.#configured && this.#sent.newest === null && this.#acked === null;
  }

  refuse(error: keyof typeof XdgSurfaceError, reason: string): void {
    this.resource.postError(XdgSurfaceError[error], reason);
  }

  /** Ends a configure sequence; `config` comes back by XdgRole.onDrawn(). */
  sendConfigure(config: unknown): number {
    const serial = this.wmBase.shell.nextSerial();
    this.#sent.push(serial, config);
    this.resource.sendConfigure(serial);
    return serial;
  }

  /** The role object has gone: the surface is as before get_toplevel or get_popup. */
  clearRole(): void {
    if (!this.role) return;
    this.#unmap();
    this.role = null;
    if (this.#surfaceRole.current) this.surface.clearRole(this.#surfaceRole.current);
    this.#surfaceRole.current = null;
  }

  #destroyed(): void {
    this.clearRole();
    this.surface.onAttach = null;
    this.wmBase.surfaces.delete(this);
    this.wmBase.shell.removeXdgSurface(this);
    for (const child of [...this.children]) child.orphaned();
  }

  #isConstructed(): boolean {
    if (!this.role) this.refuse('notConstructed', 'it has no role yet');
    return this.role !== null;
  }

  #getToplevel(id: ToplevelResource): void {
    if (this.#takeRole('xdg_toplevel')) this.role = new XdgToplevel(id, this);
  }

  #getPopup(
    id: PopupResource,
    parentResource: XdgSurfaceResource | null,
    positioner: PositionerResource,
  ): void {
    const { rules } = Positioner.from(positioner);
    const parent = parentResource ? XdgSurface.from(parentResource) : null;
    if (!isComplete(rules)) {
      this.wmBase.refuse('invalidPositioner', 'size or anchor rectangle is not set');
      return;
    }
    if (parent === this || (parent && !parent.role)) {
      this.wmBase.refuse('invalidPopupParent', 'the parent is no toplevel or popup');
      return;
    }
    if (this.#takeRole('xdg_popup')) this.role = new XdgPopup(id, this, parent, rules);
  }

  #takeRole(name: XdgRole['roleName']): boolean {
    if (this.role) {
      this.refuse('alreadyConstructed', `it already is an ${this.role.roleName}`);
      return false;
    }
    const role: SurfaceRole = {
      name,
      beforeCommit: (pending) => this.#beforeCommit(pending),
      afterCommit: () => this.#afterCommit(),
      onSurfaceDestroyed: () => this.#unmap(),
      holdsRoleObject: () => this.role !== null,
    };
    const conflict = { resource: this.wmBase.resource, code: XdgWmBaseError.role };
    if (!this.surface.assignRole(role, conflict)) return false;
    this.#surfaceRole.current = role;
    return true;
  }

  #ack(serial: number): void {
    if (!this.#isConstructed()) return;
    const sent = this.#sent.ack(serial);
    if (!sent) {
      this.refuse('invalidSerial', `configure ${serial} is not to be acknowledged`);
      return;
    }
    this.#configured = true;
    if (sent !== 'stale') this.#acked = sent;
  }

  #checkAttach(): void {
    if (!this.role) this.refuse('unconfiguredBuffer', 'a buffer was attached before a role');
  }

  #beforeCommit(pending: Readonly<SurfaceState>): void {
    const attaches = (pending.changed & Changed.buffer) !== 0 && pending.buffer !== null;
    if (attaches && !this.#configured && !this.wmBase.shell.acceptsUnconfiguredBuffers) {
      throw new WaylandError(
        this.resource,
        XdgSurfaceError.unconfiguredBuffer,
        'a buffer was committed before a configure was acknowledged',
      );
    }
    this.role?.checkCommit(attaches);
  }

  #afterCommit(): void {
    const { role } = this;
    if (!role) return;
    this.#geometry = this.#pendingGeometry ?? this.#geometry;
    if (this.#acked) {
      this.drawnSerial = this.#acked.serial;
      role.onDrawn(this.#acked.config);
      this.#acked = null;
    }
    if (this.mapped && !this.surface.hasBuffer) {
      this.#unmap();
      return;
    }
    if (!this.initialized) {
      this.initialized = true;
      role.onInitialCommit();
    }
    const maps = !this.mapped && this.surface.hasBuffer && this.#mayMap();
    if (maps) this.#map(role);
    else role.onCommitted();
  }

  #mayMap(): boolean {
    return this.#configured || this.wmBase.shell.acceptsUnconfiguredBuffers;
  }

  #map(role: XdgRole): void {
    this.mapped = true;
    this.everMapped = true;
    role.onMapped();
  }

  /** Back to the state right after the role was given, but for the geometry, which cannot be unset. */
  #unmap(): void {
    const { mapped, initialized } = this;
    this.mapped = false;
    this.initialized = false;
    this.drawnSerial = null;
    this.#configured = false;
    this.#acked = null;
    this.#sent.clear();
    if (mapped || initialized) this.role?.onUnmapped();
  }
}
