import { WaylandError } from '../../../native/wayland/index.ts';
import type { WlOutput } from '../../../protocol/wayland/generated/wayland.ts';
import {
  type XdgToplevel as ToplevelResource,
  XdgToplevelError,
  XdgToplevelResizeEdge,
  XdgToplevelWmCapabilities,
} from '../../../protocol/wayland/generated/xdg-shell.ts';
import type { Edges, Point, Rect, Size } from '../../wm/geometry.ts';
import { sameRect, sameSize } from '../../wm/geometry.ts';
import type { ManagedWindow, ShownPopup } from '../../wm/managed-window.ts';
import type { ClientRequest, WindowInfo, WindowProposal } from '../../wm/policy.ts';
import { Output } from '../output/output.ts';
import type { Surface } from '../surface/surface.ts';
import type { ToplevelDecoration } from './decoration.ts';
import type { PopupRoot } from './popup-root.ts';
import type { Shell } from './shell.ts';
import { sameProposal, toplevelStates } from './toplevel-config.ts';
import type { XdgPopup } from './xdg-popup.ts';
import type { XdgRole, XdgSurface } from './xdg-surface.ts';

const NONE: Size = { width: 0, height: 0 };

/** A client's window. */
export class XdgToplevel implements XdgRole, ManagedWindow, PopupRoot {
  readonly roleName = 'xdg_toplevel';
  readonly resource: ToplevelResource;
  readonly xdg: XdgSurface;
  readonly id: number;
  decoration: ToplevelDecoration | null = null;
  parent: XdgToplevel | null = null;
  readonly shownPopups: XdgPopup[] = [];
  #title = '';
  #appId = '';
  #min = NONE;
  #max = NONE;
  #pendingMin = NONE;
  #pendingMax = NONE;
  /** What the client asked for before the window was opened. */
  #early: ClientRequest[] = [];
  #sent: WindowProposal | null = null;
  #mustAnswer = false;
  #committed: { geometry: Rect; drawnSerial: number | null } = {
    geometry: { x: 0, y: 0, ...NONE },
    drawnSerial: null,
  };

  constructor(resource: ToplevelResource, xdg: XdgSurface) {
    this.resource = resource;
    this.xdg = xdg;
    this.id = xdg.wmBase.shell.nextWindowId();
    resource.data = this;
    resource.setHandler({
      destroy: () => this.decoration?.orphaned(),
      setParent: (parent) => this.#setParent(parent ? XdgToplevel.from(parent) : null),
      setTitle: (title) => {
        this.#title = title;
        this.infoChanged();
      },
      setAppId: (appId) => {
        this.#appId = appId;
        this.infoChanged();
      },
      showWindowMenu: (_seat, serial, x, y) => this.#showMenu(serial, x, y),
      move: (_seat, serial) => this.#beginOperation(serial, null),
      resize: (_seat, serial, edges) => this.#resize(serial, edges),
      setMaxSize: (width, height) => this.#limit('max', { width, height }),
      setMinSize: (width, height) => this.#limit('min', { width, height }),
      setMaximized: () => this.#request({ type: 'maximize' }),
      unsetMaximized: () => this.#request({ type: 'unmaximize' }),
      setFullscreen: (output) => this.#fullscreen(output),
      unsetFullscreen: () => this.#request({ type: 'unfullscreen' }),
      setMinimized: () => this.#request({ type: 'minimize' }),
    });
    resource.onDestroy(() => xdg.clearRole());
  }

  static from(resource: ToplevelResource): XdgToplevel {
    if (resource.data instanceof XdgToplevel) return resource.data;
    throw new TypeError('not an xdg_toplevel of this compositor');
  }

  get #shell(): Shell {
    return this.xdg.wmBase.shell;
  }

  get surface(): Surface {
    return this.xdg.surface;
  }

  get mapped(): boolean {
    return this.xdg.mapped;
  }

  get everMapped(): boolean {
    return this.xdg.everMapped;
  }

  get shownAt(): Point | null {
    return this.#shell.transactions.positionOf(this.id);
  }

  get geometry(): Rect {
    return this.xdg.geometry;
  }

  get drawnSerial(): number | null {
    return this.xdg.drawnSerial;
  }

  get settled(): boolean {
    return this.xdg.settled;
  }

  get info(): WindowInfo {
    return {
      id: this.id,
      title: this.#title,
      appId: this.#appId,
      parent: this.parent?.id ?? null,
      minSize: this.#min,
      maxSize: this.#max,
      decoration: this.decoration?.wanted ?? null,
    };
  }

  get popups(): readonly ShownPopup[] {
    return this.shownPopups.map((popup) => popup.shown);
  }

  popupArea(output: Output): Rect {
    return output.usable;
  }

  popupsChanged(): void {
    this.#shell.transactions.refresh();
  }

  // --- what the transactions do ---

  configure(proposal: WindowProposal): number | null {
    if (!this.xdg.initialized) return null;
    if (this.#sent && sameProposal(this.#sent, proposal) && !this.#mustAnswer) return null;
    this.#sendExtras(proposal);
    this.#sent = proposal;
    this.#mustAnswer = false;
    const { width, height } = proposal.size ?? NONE;
    this.resource.sendConfigure(width, height, toplevelStates(proposal, this.resource.version));
    return this.xdg.sendConfigure(proposal);
  }

  /** What a configure sequence tells besides size and states. */
  #sendExtras(proposal: WindowProposal): void {
    const { version } = this.resource;
    if (!this.#sent && version >= 5) {
      const known = this.#shell.capabilities.map((name) => XdgToplevelWmCapabilities[name]);
      this.resource.sendWmCapabilities(Uint32Array.from(known));
    }
    const { bounds } = proposal;
    if (bounds && version >= 4 && !sameSize(this.#sent?.bounds ?? null, bounds)) {
      this.resource.sendConfigureBounds(bounds.width, bounds.height);
    }
    this.decoration?.configure(proposal.decoration);
  }

  close(): void {
    this.resource.sendClose();
    this.xdg.wmBase.ping();
  }

  placed(): void {
    for (const popup of this.shownPopups) popup.reconstrain();
  }

  // --- what the surface does ---

  checkCommit(attachesBuffer: boolean): void {
    const [min, max] = [this.#pendingMin, this.#pendingMax];
    const narrow = max.width > 0 && max.width < min.width;
    const low = max.height > 0 && max.height < min.height;
    if (narrow || low) {
      throw new WaylandError(
        this.resource,
        XdgToplevelError.invalidSize,
        `maximum ${max.width}x${max.height} is below minimum ${min.width}x${min.height}`,
      );
    }
    if (attachesBuffer) this.decoration?.checkBuffer();
  }

  onInitialCommit(): void {
    this.#applyLimits();
    this.#mustAnswer = true;
    this.#shell.transactions.opened(this);
    for (const request of this.#early) this.#change(request);
    this.#early = [];
  }

  onDrawn(): void {}

  onMapped(): void {
    this.#applyLimits();
    const { width, height } = this.geometry;
    this.#shell.transactions.change({ kind: 'mapped', id: this.id, size: { width, height } });
    this.#tellCommit();
  }

  onCommitted(): void {
    if (this.#applyLimits()) this.infoChanged();
    this.#tellCommit();
  }

  #tellCommit(): void {
    const { geometry, drawnSerial } = this;
    const last = this.#committed;
    const same = sameRect(geometry, last.geometry) && drawnSerial === last.drawnSerial;
    this.#committed = { geometry, drawnSerial };
    this.#shell.transactions.committed(this, !same);
  }

  onUnmapped(): void {
    for (const popup of [...this.shownPopups].reverse()) popup.dismiss();
    this.#shell.adoptChildren(this);
    this.#shell.transactions.closed(this);
    this.#shell.hidden(this.surface);
    this.#sent = null;
    this.#early = [];
    this.parent = null;
    this.#title = '';
    this.#appId = '';
    this.#min = this.#max = this.#pendingMin = this.#pendingMax = NONE;
  }

  /** @returns whether other limits are in force now */
  #applyLimits(): boolean {
    const same = sameSize(this.#min, this.#pendingMin) && sameSize(this.#max, this.#pendingMax);
    this.#min = this.#pendingMin;
    this.#max = this.#pendingMax;
    return !same;
  }

  /** Tells the policy what the client says of the window. */
  infoChanged(): void {
    if (!this.xdg.initialized) return;
    this.#shell.transactions.change({ kind: 'info', window: this.info });
  }

  /** The next manage phase configures the window even when nothing changes. */
  answer(): void {
    this.#mustAnswer = true;
    this.infoChanged();
  }

  // --- requests ---

  #setParent(parent: XdgToplevel | null): void {
    for (let at = parent; at; at = at.parent) {
      if (at !== this) continue;
      this.resource.postError(XdgToplevelError.invalidParent, 'it would be its own ancestor');
      return;
    }
    this.parent = parent?.mapped ? parent : null;
    this.infoChanged();
  }

  #limit(which: 'min' | 'max', size: Size): void {
    if (size.width < 0 || size.height < 0) {
      const reason = `${which} size ${size.width}x${size.height} is negative`;
      this.resource.postError(XdgToplevelError.invalidSize, reason);
    } else if (which === 'min') this.#pendingMin = size;
    else this.#pendingMax = size;
  }

  #fullscreen(output: WlOutput | null): void {
    const id = output ? (Output.from(output)?.id ?? null) : null;
    this.#request({ type: 'fullscreen', output: id });
  }

  /** A request for another state: answered with a configure, or kept for the first one. */
  #request(request: ClientRequest): void {
    if (this.xdg.initialized) {
      this.#mustAnswer = request.type !== 'minimize' || this.#mustAnswer;
      this.#change(request);
    } else {
      this.#early = [...this.#early.filter(({ type }) => type !== request.type), request];
    }
  }

  #change(request: ClientRequest): void {
    this.#shell.transactions.change({ kind: 'request', id: this.id, request });
  }

  #showMenu(serial: number, x: number, y: number): void {
    const at = this.#shell.transactions.positionOf(this.id);
    if (!at || !this.#shell.pressBehind(serial, this)) return;
    const { geometry } = this;
    this.#change({ type: 'menu', at: { x: at.x + x - geometry.x, y: at.y + y - geometry.y } });
  }

  #resize(serial: number, value: number): void {
    if (!resizeEdges.has(value)) {
      this.resource.postError(XdgToplevelError.invalidResizeEdge, `${value} is no edge`);
      return;
    }
    if (value === XdgToplevelResizeEdge.none) return;
    this.#beginOperation(serial, {
      top: (value & XdgToplevelResizeEdge.top) !== 0,
      bottom: (value & XdgToplevelResizeEdge.bottom) !== 0,
      left: (value & XdgToplevelResizeEdge.left) !== 0,
      right: (value & XdgToplevelResizeEdge.right) !== 0,
    });
  }

  /** A move, or a resize by these edges, with the button or finger that the client was told of. */
  #beginOperation(serial: number, edges: Edges | null): void {
    const press = this.mapped ? this.#shell.pressBehind(serial, this) : null;
    if (!press) return;
    this.#shell.operations.expect(press.source);
    const { at } = press;
    this.#change(edges ? { type: 'resize', at, edges } : { type: 'move', at });
  }
}

const resizeEdges: ReadonlySet<number> = new Set(Object.values(XdgToplevelResizeEdge));
