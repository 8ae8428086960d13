import type { Surface } from '../surface/surface.ts';
import { LAYERS, type LayerName, type SceneItem } from './scene-item.ts';

/** What takes input at a point; x, y in the surface's or the item's own logical pixels. */
export type SceneHit =
  | { readonly surface: Surface; readonly x: number; readonly y: number; readonly item: SceneItem }
  | { readonly surface?: never; readonly x: number; readonly y: number; readonly item: SceneItem };

/** The topmost item that takes input at a global point. Images and solids do when somebody owns them. */
export function hitTestLayers(
  layers: ReadonlyMap<LayerName, readonly SceneItem[]>,
  x: number,
  y: number,
): SceneHit | null {
  for (let layer = LAYERS.length - 1; layer >= 0; layer--) {
    const name = LAYERS[layer] as LayerName;
    if (name === 'drag') continue; // a drag icon is never what it is dropped on
    const items = layers.get(name) ?? [];
    for (let i = items.length - 1; i >= 0; i--) {
      const hit = hitItem(items[i] as SceneItem, x, y);
      if (hit !== null) return hit;
    }
  }
  return null;
}

function hitItem(item: SceneItem, globalX: number, globalY: number): SceneHit | null {
  const x = globalX - item.x;
  const y = globalY - item.y;
  if (item.kind === 'surface') {
    const hit = item.surface.surfaceAt(x, y);
    return hit === null ? null : { ...hit, item };
  }
  const inside = x >= 0 && y >= 0 && x < item.width && y < item.height;
  return inside && item.owner !== undefined ? { item, x, y } : null;
}
