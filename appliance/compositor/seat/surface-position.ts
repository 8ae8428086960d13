import { LAYERS, type LayerName, type SceneItem } from '../scene/scene-item.ts';
import type { Surface } from '../surface/surface.ts';
import type { Point } from './confine.ts';

export interface SceneItems {
  items(layer: LayerName): readonly SceneItem[];
}

/** Where a surface's top left corner is in the global space; null when its tree is not shown. */
export function positionOf(scene: SceneItems, surface: Surface): Point | null {
  let [x, y] = [0, 0];
  let top = surface;
  for (let { parent } = top; parent; { parent } = top) {
    const child = top;
    const entry = parent.stack.find(({ member }) => member?.surface === child);
    if (!entry) return null;
    x += entry.x;
    y += entry.y;
    top = parent;
  }
  for (const layer of LAYERS) {
    for (const item of scene.items(layer)) {
      if (item.kind === 'surface' && item.surface === top) return { x: x + item.x, y: y + item.y };
    }
  }
  return null;
}
