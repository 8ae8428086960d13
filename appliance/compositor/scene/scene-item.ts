import type { PixelImage } from '../../../native/pixels/index.ts';
import type { Surface } from '../surface/surface.ts';

/** Layers bottom to top. */
export const LAYERS = [
  'hint',
  'background',
  'bottom',
  'windows',
  'popups',
  'top',
  'fullscreen',
  'overlay',
  'drag',
] as const;
export type LayerName = (typeof LAYERS)[number];

interface Placed {
  /** Global logical pixels. */
  readonly x: number;
  readonly y: number;
  /** Whoever put the item there; images and solids without one let input through. */
  readonly owner?: unknown;
}

/** A surface with its subsurfaces; x, y is where its own top left corner lies. */
export interface SurfaceItem extends Placed {
  readonly kind: 'surface';
  readonly surface: Surface;
}

/** Pixels of the compositor's own; drawn again only when `image` is another object. */
export interface ImageItem extends Placed {
  readonly kind: 'image';
  readonly image: PixelImage;
  readonly width: number;
  readonly height: number;
  /** The image has no transparent pixel. */
  readonly opaque?: boolean;
}

export interface SolidItem extends Placed {
  readonly kind: 'solid';
  readonly width: number;
  readonly height: number;
  /** 0xAARRGGBB, premultiplied. */
  readonly colour: number;
}

export type SceneItem = SurfaceItem | ImageItem | SolidItem;

/** What lies behind everything: a colour (0xRRGGBB) or an image that covers each output, cut to its shape. */
export type Background = number | PixelImage;
