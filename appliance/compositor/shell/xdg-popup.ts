import { WaylandError } from '../../../native/wayland/index.ts';
import {
  type XdgPopup as PopupResource,
  XdgPopupError,
  XdgWmBaseError,
} from '../../../protocol/wayland/generated/xdg-shell.ts';
import type { Point, Rect } from '../../wm/geometry.ts';
import type { ShownPopup } from '../../wm/managed-window.ts';
import { equalRects } from '../region/rect.ts';
import type { PopupRoot } from './popup-root.ts';
import { Positioner } from './positioner.ts';
import { type CompleteRules, isComplete, placePopup } from './positioner-rules.ts';
import type { Shell } from './shell.ts';
import type { XdgRole, XdgSurface } from './xdg-surface.ts';
import { XdgToplevel } from './xdg-toplevel.ts';

/** A menu, tooltip or other short-lived surface that hangs on another one. */
export class XdgPopup implements XdgRole {
  readonly roleName = 'xdg_popup';
  readonly resource: PopupResource;
  readonly xdg: XdgSurface;
  parent: XdgSurface | null;
  /** Dismissed by us; the client has yet to destroy it. */
  dismissed = false;
  hasGrab = false;
  /** What it hangs on where that is no xdg_surface. */
  #adopter: PopupRoot | null = null;
  #rules: CompleteRules;
  /** Where it was last told to be, and where it is since it has drawn that; relative to the parent's geometry. */
  #placed: Rect | null = null;
  #shownAt: Rect | null = null;
  /** As of the last commit. */
  #geometry: Rect | null = null;

  constructor(
    resource: PopupResource,
    xdg: XdgSurface,
    parent: XdgSurface | null,
    rules: CompleteRules,
  ) {
    this.resource = resource;
    this.xdg = xdg;
    this.parent = parent;
    this.#rules = rules;
    resource.data = this;
    parent?.children.add(this);
    resource.setHandler({
      destroy: () => this.#checkTopmost(),
      grab: (_seat, serial) => this.#grab(serial),
      reposition: (positioner, token) => this.#reposition(Positioner.from(positioner), token),
    });
    resource.onDestroy(() => {
      xdg.clearRole();
      this.parent?.children.delete(this);
    });
  }

  static from(resource: PopupResource): XdgPopup {
    if (resource.data instanceof XdgPopup) return resource.data;
    throw new TypeError('not an xdg_popup of this compositor');
  }

  get #shell(): Shell {
    return this.xdg.wmBase.shell;
  }

  /** What is at the bottom of the chain of parents. */
  get root(): PopupRoot | null {
    const role = this.parent?.role;
    if (role instanceof XdgToplevel) return role;
    return role instanceof XdgPopup ? role.root : this.#adopter;
  }

  get toplevel(): XdgToplevel | null {
    const { root } = this;
    return root instanceof XdgToplevel ? root : null;
  }

  /**
   * Another shell's surface becomes the parent.
   * @returns false for a popup that has one already, or is shown
   */
  adopt(adopter: PopupRoot): boolean {
    if (this.parent || this.#adopter || this.xdg.initialized) return false;
    this.#adopter = adopter;
    return true;
  }

  get #above(): { readonly mapped: boolean; readonly everMapped: boolean } | null {
    return this.parent ?? this.#adopter;
  }

  /** Its geometry's corner relative to that of the root. */
  get offset(): Point {
    const role = this.parent?.role;
    const base = role instanceof XdgPopup ? role.offset : { x: 0, y: 0 };
    const at = this.#shownAt ?? this.#placed ?? base;
    return { x: base.x + at.x, y: base.y + at.y };
  }

  get shown(): ShownPopup {
    const { offset } = this;
    const { geometry, surface } = this.xdg;
    return { surface, at: { x: offset.x - geometry.x, y: offset.y - geometry.y } };
  }

  /** The popup disappears and the client is told to destroy it; what hangs on it goes first. */
  dismiss(): void {
    if (this.dismissed) return;
    for (const child of this.xdg.children) child.dismiss();
    this.dismissed = true;
    this.#hide();
    this.resource.sendPopupDone();
  }

  /** What it hung on has gone. */
  orphaned(): void {
    this.dismiss();
    this.parent = null;
    this.#adopter = null;
  }

  /** The parent or the outputs moved: popups that asked for it are placed anew. */
  reconstrain(): void {
    if (!this.#rules.reactive || !this.xdg.mapped || this.resource.version < 3) return;
    const placed = this.#place();
    if (this.#placed && equalRects(placed, this.#placed)) return;
    this.#sendConfigure(placed);
  }

  // --- what the surface does ---

  checkCommit(attachesBuffer: boolean): void {
    if (this.#above || this.dismissed) {
      if (attachesBuffer && !this.xdg.mapped) this.#checkParent();
      return;
    }
    this.#throwBase('invalidPopupParent', 'it has no parent');
  }

  /** A popup may only be mapped on what is, or at least was, shown itself. */
  #checkParent(): void {
    if (this.dismissed || this.#above?.everMapped) return;
    this.#throwBase('invalidPopupParent', 'its parent is not mapped');
  }

  onInitialCommit(): void {
    if (this.dismissed) return;
    if (this.#above?.mapped) this.#sendConfigure(this.#place());
    else if (this.#above?.everMapped) this.dismiss();
    else this.#sendConfigure(this.#place());
  }

  onDrawn(config: unknown): void {
    this.#shownAt = config as Rect;
    this.root?.popupsChanged();
  }

  onMapped(): void {
    const { root } = this;
    if (this.dismissed) return;
    if (!this.#above?.mapped || !root) {
      this.dismiss();
      return;
    }
    this.#shownAt ??= this.#placed;
    root.shownPopups.push(this);
    if (this.hasGrab) this.#shell.grabs.push(this);
    root.popupsChanged();
  }

  onUnmapped(): void {
    this.#hide();
    this.#placed = null;
    this.#shownAt = null;
  }

  onCommitted(): void {
    const { geometry } = this.xdg;
    const same = this.#geometry !== null && equalRects(geometry, this.#geometry);
    this.#geometry = geometry;
    if (this.xdg.mapped && !same) this.root?.popupsChanged();
  }

  #hide(): void {
    const { root } = this;
    const shown = root?.shownPopups;
    const index = shown?.indexOf(this) ?? -1;
    if (index >= 0) shown?.splice(index, 1);
    this.#shell.grabs.remove(this);
    root?.popupsChanged();
    if (index >= 0) this.#shell.hidden(this.xdg.surface);
  }

  // --- requests ---

  #throwBase(error: keyof typeof XdgWmBaseError, reason: string): never {
    throw new WaylandError(this.xdg.wmBase.resource, XdgWmBaseError[error], reason);
  }

  #checkTopmost(): void {
    const covered = [...this.xdg.children].some((child) => child.xdg.mapped && !child.dismissed);
    if (covered) this.#throwBase('notTheTopmostPopup', 'another popup hangs on it');
  }

  #grab(serial: number): void {
    const role = this.parent?.role;
    if (this.xdg.mapped) {
      this.#refuseGrab('it is already mapped');
      return;
    }
    if (role instanceof XdgPopup && !role.hasGrab) {
      this.#refuseGrab('its parent is a popup without a grab');
      return;
    }
    if (role instanceof XdgPopup && !role.dismissed && !this.#shell.grabs.isTopmost(role)) {
      this.#throwBase('notTheTopmostPopup', 'its parent is not the topmost popup');
    }
    const origin = this.#shell.seat.serialOrigin(serial, this.resource.client);
    this.hasGrab = true;
    if (!origin || (role instanceof XdgPopup && role.dismissed)) this.dismiss();
  }

  #refuseGrab(reason: string): void {
    this.resource.postError(XdgPopupError.invalidGrab, reason);
  }

  #reposition(positioner: Positioner, token: number): void {
    const { rules } = positioner;
    if (!isComplete(rules)) {
      this.xdg.wmBase.refuse('invalidPositioner', 'size or anchor rectangle is not set');
      return;
    }
    this.#rules = rules;
    if (!this.xdg.initialized || this.dismissed) return;
    this.resource.sendRepositioned(token);
    this.#sendConfigure(this.#place());
  }

  #place(): Rect {
    return placePopup(this.#rules, this.#shell.popupBounds(this, this.#rules.anchorRect));
  }

  #sendConfigure(placed: Rect): void {
    this.#placed = placed;
    this.resource.sendConfigure(placed.x, placed.y, placed.width, placed.height);
    this.xdg.sendConfigure(placed);
  }
}
