import type { Point, Rect } from '../../wm/geometry.ts';
import type { Output } from '../output/output.ts';
import type { XdgPopup } from './xdg-popup.ts';

/** What a chain of popups hangs on in the end: a window or a layer surface. */
export interface PopupRoot {
  readonly mapped: boolean;
  readonly everMapped: boolean;
  /** Its popups and theirs, in the order in which they were mapped. */
  readonly shownPopups: XdgPopup[];
  /** Where its geometry's corner is shown in the global space; null while it is not. */
  readonly shownAt: Point | null;
  /** The part of an output, in the global space, that its popups keep to. */
  popupArea(output: Output): Rect;
  /** A popup came, went, moved or changed its size. */
  popupsChanged(): void;
}
