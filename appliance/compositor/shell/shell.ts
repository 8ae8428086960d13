import type { Display } from '../../../native/wayland/index.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import {
  type XdgWmBase as WmBaseResource,
  xdgWmBase,
} from '../../../protocol/wayland/generated/xdg-shell.ts';
import type { Point, Rect } from '../../wm/geometry.ts';
import { OperationInput, type OperationSource } from '../../wm/operation-input.ts';
import type { Capability, ClientRequest, WindowPolicy } from '../../wm/policy.ts';
import { TitleBars } from '../../wm/title-bars.ts';
import { Transactions } from '../../wm/transaction.ts';
import { WmInput } from '../../wm/wm-input.ts';
import type { OutputLayout } from '../output/layout.ts';
import type { Scene } from '../scene/scene.ts';
import type { Seat } from '../seat/seat.ts';
import type { Surface } from '../surface/surface.ts';
import { PopupGrabs } from './popup-grabs.ts';
import { XdgPopup } from './xdg-popup.ts';
import type { XdgSurface } from './xdg-surface.ts';
import { XdgToplevel } from './xdg-toplevel.ts';
import { XdgWmBase } from './xdg-wm-base.ts';

export interface ShellDeps {
  readonly display: Display;
  readonly scene: Scene;
  readonly outputs: OutputLayout;
  readonly seat: Seat;
  readonly policy: WindowPolicy;
  readonly log: Logger;
  /** CLOCK_MONOTONIC in ms. */
  readonly clock: () => number;
  /**
   * Take a first buffer without a configure before it instead of ending the client, as its specification demands.
   * The conformance suite's own windows come that way; nothing else should.
   */
  readonly acceptsUnconfiguredBuffers?: boolean;
}

/** Windows and popups of all clients, and what connects them with the policy, the seat and the scene. */
export class Shell {
  readonly display: Display;
  readonly seat: Seat;
  readonly log: Logger;
  readonly clock: () => number;
  readonly transactions: Transactions;
  readonly operations: OperationInput;
  readonly grabs: PopupGrabs;
  readonly acceptsUnconfiguredBuffers: boolean;
  readonly capabilities: readonly Capability[];
  readonly #outputs: OutputLayout;
  readonly #titleBars: TitleBars;
  readonly #xdgSurfaces = new Map<Surface, XdgSurface>();
  #lastWindowId = 0;

  constructor(deps: ShellDeps) {
    const { seat, outputs } = deps;
    this.display = deps.display;
    this.seat = seat;
    this.log = deps.log;
    this.clock = deps.clock;
    this.#outputs = outputs;
    this.acceptsUnconfiguredBuffers = deps.acceptsUnconfiguredBuffers ?? false;
    this.capabilities = deps.policy.capabilities;
    this.grabs = new PopupGrabs((grab) => seat.setPopupGrab(grab));
    this.operations = new OperationInput(seat, (change) => {
      this.transactions.change(change);
      this.transactions.flush();
    });
    this.#titleBars = new TitleBars({
      scaleAt: (rect) => this.#outputNear(rect)?.scale ?? 1,
      onReady: () => this.transactions.refresh(),
      onError: (error) => this.log.error({ err: error }, 'a title bar could not be drawn'),
    });
    this.transactions = new Transactions({
      policy: deps.policy,
      scene: deps.scene,
      painter: this.#titleBars,
      align: (at) => outputs.outputAt(at.x, at.y)?.align(at.x, at.y) ?? round(at),
      setKeyboardFocus: (surface) => seat.setKeyboardFocus(surface),
      setOperation: (operation) => this.operations.set(operation),
    });
    seat.interceptors.push(
      new WmInput({
        seat,
        bindings: deps.policy.bindings,
        transactions: this.transactions,
        operations: this.operations,
        titleBars: this.#titleBars,
        onPress: (id) => this.#pinged(id),
      }),
    );
    outputs.onEvent(({ kind }) => {
      if (kind !== 'bound') this.#tellOutputs();
    });
    this.#tellOutputs();
    deps.display.onDispatched(() => this.transactions.flush());
  }

  /** Every window that a client has given a role, mapped or not. */
  get toplevels(): XdgToplevel[] {
    return [...this.#xdgSurfaces.values()].flatMap(({ role }) =>
      role instanceof XdgToplevel ? [role] : [],
    );
  }

  nextSerial(): number {
    return this.display.nextSerial();
  }

  nextWindowId(): number {
    this.#lastWindowId += 1;
    return this.#lastWindowId;
  }

  addXdgSurface(xdg: XdgSurface): void {
    this.#xdgSurfaces.set(xdg.surface, xdg);
  }

  removeXdgSurface(xdg: XdgSurface): void {
    if (xdg.role instanceof XdgToplevel) this.#titleBars.forget(xdg.role.id);
    this.#xdgSurfaces.delete(xdg.surface);
  }

  xdgSurfaceOf(surface: Surface): XdgSurface | null {
    return this.#xdgSurfaces.get(surface) ?? null;
  }

  /** The window that a surface is part of: its own, that of its parent surface, or that of the popup it is in. */
  toplevelOf(surface: Surface): XdgToplevel | null {
    const role = this.xdgSurfaceOf(surface.rootSurface())?.role;
    if (role instanceof XdgToplevel) return role;
    return role instanceof XdgPopup ? role.toplevel : null;
  }

  /** Asks the policy to give the focus to the window of this surface. */
  activate(surface: Surface): void {
    const window = this.toplevelOf(surface);
    if (!window?.mapped) return;
    this.transactions.change({ kind: 'request', id: window.id, request: { type: 'activate' } });
  }

  /** What somebody else than its client wants of a window, a task bar for instance. */
  request(id: number, request: ClientRequest): void {
    if (this.transactions.window(id)?.mapped)
      this.transactions.change({ kind: 'request', id, request });
  }

  /** For automation: puts the corner of the window's geometry there, at once. */
  placeWindow(surface: Surface, at: Point): boolean {
    const window = this.toplevelOf(surface);
    if (!window?.mapped) return false;
    this.transactions.change({
      kind: 'request',
      id: window.id,
      request: { type: 'place', at: { x: at.x, y: at.y } },
    });
    this.transactions.flush();
    return true;
  }

  /** The press on this window that a serial stands for, while it is held; null when there is none. */
  pressBehind(serial: number, window: XdgToplevel): { source: OperationSource; at: Point } | null {
    const { seat } = this;
    const origin = seat.serialOrigin(serial, window.resource.client);
    if (!origin?.pressed || !origin.held) return null;
    if (this.toplevelOf(origin.surface) !== window) return null;
    const touch = origin.kind === 'touch' ? seat.touchOf(serial) : null;
    if (touch) return { source: { kind: 'touch', id: touch.id }, at: { x: touch.x, y: touch.y } };
    if (origin.kind !== 'button') return null;
    return { source: { kind: 'pointer' }, at: { x: seat.pointerX, y: seat.pointerY } };
  }

  /**
   * A window or popup is no longer mapped. Its surface may be destroyed with the very next request: the pointer leaves
   * it while the client can still be told.
   */
  hidden(surface: Surface): void {
    this.transactions.hide();
    if (this.seat.pointerFocus?.rootSurface() === surface) this.seat.router.refresh(this.clock());
  }

  /** A window goes: its dialogs become those of its parent. */
  adoptChildren(gone: XdgToplevel): void {
    for (const child of this.toplevels) {
      if (child.parent !== gone) continue;
      child.parent = gone.parent;
      child.infoChanged();
    }
  }

  /** Where a popup may be, relative to its parent's geometry; null when its parent is not shown anywhere. */
  popupBounds(popup: XdgPopup, anchor: Rect): Rect | null {
    const { root } = popup;
    const shownAt = root?.shownAt;
    if (!root || !shownAt) return null;
    const role = popup.parent?.role;
    const parent = role instanceof XdgPopup ? role.offset : { x: 0, y: 0 };
    const origin = { x: shownAt.x + parent.x, y: shownAt.y + parent.y };
    const at = { ...anchor, x: origin.x + anchor.x, y: origin.y + anchor.y };
    const output = this.#outputNear(at);
    const bounds = output && root.popupArea(output);
    return bounds ? { ...bounds, x: bounds.x - origin.x, y: bounds.y - origin.y } : null;
  }

  [Symbol.dispose](): void {
    this.transactions[Symbol.dispose]();
  }

  #outputNear(rect: Rect) {
    const middle = { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
    const near = this.#outputs.clamp(middle.x, middle.y);
    return this.#outputs.outputAt(near.x, near.y) ?? this.#outputs.primary;
  }

  #tellOutputs(): void {
    this.transactions.outputsChanged(
      this.#outputs.outputs.map(({ id, monitor, logical, usable }) => {
        return { id, monitor, area: logical, usable };
      }),
    );
    this.transactions.refresh();
  }

  #pinged(id: number): void {
    this.toplevels.find((window) => window.id === id)?.xdg.wmBase.ping();
  }
}

function round({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}

export function exposeXdgShell(shell: Shell): void {
  shell.display.createGlobal(xdgWmBase, 6, (resource: WmBaseResource) => {
    new XdgWmBase(resource, shell);
  });
}
