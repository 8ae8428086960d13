import type { PopupGrab } from '../seat/input.ts';
import type { XdgPopup } from './xdg-popup.ts';

/** The nested popups that hold an explicit grab, topmost last; they are of one client. */
export class PopupGrabs {
  readonly #chain: XdgPopup[] = [];
  readonly #setPopupGrab: (grab: PopupGrab | null) => void;

  constructor(setPopupGrab: (grab: PopupGrab | null) => void) {
    this.#setPopupGrab = setPopupGrab;
  }

  isTopmost(popup: XdgPopup): boolean {
    return this.#chain.at(-1) === popup;
  }

  /** A grabbing popup was mapped. One that does not hang on the topmost begins a new chain. */
  push(popup: XdgPopup): void {
    const top = this.#chain.at(-1);
    if (top && popup.parent?.role !== top) this.dismissAll();
    this.#chain.push(popup);
    this.#apply();
  }

  /** The popup is no longer shown: the grab goes back to the one below. */
  remove(popup: XdgPopup): void {
    const index = this.#chain.indexOf(popup);
    if (index < 0) return;
    this.#chain.splice(index, 1);
    this.#apply();
  }

  dismissAll(): void {
    for (const popup of [...this.#chain].reverse()) popup.dismiss();
  }

  #apply(): void {
    const top = this.#chain.at(-1);
    this.#setPopupGrab(
      top ? { surface: top.xdg.surface, onDismiss: () => this.dismissAll() } : null,
    );
  }
}
