import type { SceneItem } from '../scene/scene.ts';
import type { Surface } from '../surface/surface.ts';
import type { SurfaceRole } from '../surface/surface-role.ts';

/** Where drag icons are shown: above everything. */
export interface DragLayer {
  setItems(layer: 'drag', items: readonly SceneItem[]): void;
}

/** The picture under the pointer while something is dragged. */
export class DragIcon implements SurfaceRole {
  readonly name = 'wl_data_device-icon';
  readonly #surface: Surface;
  readonly #layer: DragLayer;
  #x = 0;
  #y = 0;
  /** The surface's corner as seen from the pointer; the client moves it with its commits. */
  #offsetX = 0;
  #offsetY = 0;
  #shown = false;

  constructor(surface: Surface, layer: DragLayer) {
    this.#surface = surface;
    this.#layer = layer;
  }

  afterCommit(): void {
    this.#offsetX += this.#surface.current.dx;
    this.#offsetY += this.#surface.current.dy;
    if (this.#shown) this.#place();
  }

  onSurfaceDestroyed(): void {
    this.hide();
  }

  /** @param x global logical pixels, as y */
  show(x: number, y: number): void {
    this.#shown = true;
    this.#x = x;
    this.#y = y;
    this.#place();
  }

  hide(): void {
    if (this.#shown) this.#layer.setItems('drag', []);
    this.#shown = false;
    this.#surface.clearRole(this);
  }

  #place(): void {
    const x = this.#x + this.#offsetX;
    const y = this.#y + this.#offsetY;
    this.#layer.setItems('drag', [{ kind: 'surface', surface: this.#surface, x, y }]);
  }
}
