import type { PixelImage } from '../../../native/pixels/index.ts';
import type { Surface } from '../surface/surface.ts';
import type { SceneItem } from './scene-item.ts';

/** One rectangle of content: the scene's items with their trees of surfaces unfolded, in global logical pixels. */
export interface SceneNode {
  /** Says which content it is across layouts. */
  readonly key: unknown;
  readonly surface: Surface | null;
  readonly image: PixelImage | null;
  /** 0xAARRGGBB premultiplied, where it is neither surface nor image. */
  readonly colour: number;
  readonly opaque: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /**
   * The point that is rounded to a physical pixel first. A tree of surfaces shares its root's, so that the tree has
   * the same size in pixels wherever it lies; null rounds edges in the output's own space.
   */
  readonly anchor: { readonly x: number; readonly y: number } | null;
}

/** Tells the second, third... use of one image apart, so that each can be followed from layout to layout. */
export class RepeatKeys {
  readonly #keys = new WeakMap<object, symbol[]>();

  keyFor(content: unknown, occurrence: number): unknown {
    if (occurrence === 0) return content;
    if (typeof content !== 'object' || content === null) return `${String(content)} ${occurrence}`;
    const keys = this.#keys.get(content) ?? [];
    this.#keys.set(content, keys);
    keys[occurrence] ??= Symbol('repeated');
    return keys[occurrence];
  }
}

/**
 * Unfolds items, bottom to top. Unmapped surfaces hide their subsurfaces too; solids that show nothing, which
 * only take input, are left out.
 */
export function unfoldItems(items: Iterable<SceneItem>, repeats: RepeatKeys): SceneNode[] {
  const nodes: SceneNode[] = [];
  for (const item of items) {
    if (item.kind === 'surface') unfoldSurface(nodes, item.surface, item.x, item.y, item);
    else if (item.kind === 'image' || item.colour >>> 24 !== 0) nodes.push(plainNode(item));
  }
  const uses = new Map<unknown, number>();
  return nodes.map((node) => {
    const occurrence = uses.get(node.key) ?? 0;
    uses.set(node.key, occurrence + 1);
    return occurrence === 0 ? node : { ...node, key: repeats.keyFor(node.key, occurrence) };
  });
}

function unfoldSurface(
  nodes: SceneNode[],
  surface: Surface,
  x: number,
  y: number,
  anchor: { readonly x: number; readonly y: number },
): void {
  if (!surface.hasBuffer) return;
  for (const entry of surface.stack) {
    if (entry.member === null) nodes.push(surfaceNode(surface, x, y, anchor));
    else unfoldSurface(nodes, entry.member.surface, x + entry.x, y + entry.y, anchor);
  }
}

function surfaceNode(
  surface: Surface,
  x: number,
  y: number,
  anchor: { readonly x: number; readonly y: number },
): SceneNode {
  const { width, height } = surface;
  const { buffer, opaque } = surface.current;
  const content = buffer?.content;
  return {
    key: surface,
    surface,
    image: null,
    colour: content?.kind === 'colour' ? content.colour : 0,
    opaque: buffer?.opaque === true || opaque.containsBox(0, 0, width, height),
    x,
    y,
    width,
    height,
    anchor,
  };
}

function plainNode(item: Exclude<SceneItem, { kind: 'surface' }>): SceneNode {
  const { x, y, width, height } = item;
  const place = { surface: null, x, y, width, height, anchor: null };
  if (item.kind === 'image')
    return {
      ...place,
      key: item.image,
      image: item.image,
      colour: 0,
      opaque: item.opaque === true,
    };
  const key = `${x},${y},${width},${height},${item.colour}`;
  return { ...place, key, image: null, colour: item.colour, opaque: item.colour >>> 24 === 0xff };
}
