import type { DamageList } from '../region/damage-list.ts';
import { Region } from '../region/region.ts';
import { sourceRect } from '../surface/surface-geometry.ts';
import type { PixelBox } from './pixel-grid.ts';
import type { SceneNode } from './scene-node.ts';

/** Where a node lies on one output, in upright physical pixels. */
export class Placement implements PixelBox {
  readonly node: SceneNode;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Physical per logical pixel of the node, as rounded. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** How far a changed source pixel reaches beyond its own place, because it is filtered; 0 where it is copied. */
  readonly reach: number;
  /** Nothing of it can be seen: outside the output or behind something opaque. */
  hidden = false;
  /** Place of its pixels in the display list's sources; -1 where it has none. */
  sourceIndex = -1;
  /** Where the last frame showed it; null when it did not. */
  shown: PixelBox | null = null;

  constructor(node: SceneNode, box: PixelBox) {
    this.node = node;
    this.left = box.left;
    this.top = box.top;
    this.right = box.right;
    this.bottom = box.bottom;
    this.scaleX = node.width > 0 ? (box.right - box.left) / node.width : 0;
    this.scaleY = node.height > 0 ? (box.bottom - box.top) / node.height : 0;
    this.reach = reachOf(node, box);
  }

  get width(): number {
    return this.right - this.left;
  }
  get height(): number {
    return this.bottom - this.top;
  }

  /** The opaque part in physical pixels, rounded inward. */
  opaqueRegion(): Region {
    const { node } = this;
    if (node.opaque) return Region.fromBox(this.left, this.top, this.right, this.bottom);
    if (node.surface === null) return Region.empty;
    const { boxes } = node.surface.current.opaque;
    let region = Region.empty;
    for (let i = 0; i < boxes.length; i += 4) {
      const left = Math.max(0, boxes[i] as number) * this.scaleX;
      const top = Math.max(0, boxes[i + 1] as number) * this.scaleY;
      const right = Math.min(node.width, boxes[i + 2] as number) * this.scaleX;
      const bottom = Math.min(node.height, boxes[i + 3] as number) * this.scaleY;
      region = region.union(
        Region.fromBox(
          this.left + Math.ceil(left),
          this.top + Math.ceil(top),
          this.left + Math.floor(right),
          this.top + Math.floor(bottom),
        ),
      );
    }
    return region;
  }

  /** Adds surface-local damage to `out` in upright physical pixels, rounded outward, within the placement. */
  addDamage(out: DamageList, damage: DamageList): void {
    const { boxes } = damage;
    const { left, top, scaleX, scaleY, reach } = this;
    for (let i = 0; i < damage.length; i += 4)
      out.addBox(
        Math.max(left, left + Math.floor((boxes[i] as number) * scaleX) - reach),
        Math.max(top, top + Math.floor((boxes[i + 1] as number) * scaleY) - reach),
        Math.min(this.right, left + Math.ceil((boxes[i + 2] as number) * scaleX) + reach),
        Math.min(this.bottom, top + Math.ceil((boxes[i + 3] as number) * scaleY) + reach),
      );
  }
}

function reachOf(node: SceneNode, box: PixelBox): number {
  if (node.surface === null) return 0;
  const source = sourceRect(node.surface.current);
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  if (source.width === width && source.height === height && isWhole(source.x, source.y)) return 0;
  return 1 + Math.ceil(Math.max(width / source.width, height / source.height));
}

function isWhole(x: number, y: number): boolean {
  return Number.isInteger(x) && Number.isInteger(y);
}
