import { DRAW_STRIDE, DrawKind, type PixelImage } from '../../../native/pixels/index.ts';
import { intersectRects, type Rect } from '../region/rect.ts';
import { fromUpright, swapsAxes, transformOnScreen } from '../region/transform.ts';
import type { Surface } from '../surface/surface.ts';
import { sourceRect } from '../surface/surface-geometry.ts';
import { boxToRect } from './pixel-grid.ts';
import type { Placement } from './placement.ts';
import type { Background } from './scene-item.ts';

export interface DrawList {
  readonly list: Float64Array;
  readonly sources: readonly unknown[];
}

/** A screen's own orientation and its size when upright. */
export interface ScreenShape {
  readonly transform: number;
  readonly width: number;
  readonly height: number;
}

interface DrawItem {
  readonly kind: number;
  readonly source: unknown;
  readonly destination: Rect;
  /** Pixels of the content turned upright. */
  readonly from: Rect;
  /** The whole content turned upright. */
  readonly contentWidth: number;
  readonly contentHeight: number;
  readonly transform: number;
  readonly colour: number;
  readonly opaque: boolean;
}

const NOTHING: Rect = { x: 0, y: 0, width: 1, height: 1 };
/** Destinations that reach further are cropped to the screen. */
const MAX_COORDINATE = 32_767;
const NEAREST = 0;
const BILINEAR = 1;

/** What native/pixels.composite() paints for one output. Its memory is kept from layout to layout. */
export class DisplayList implements DrawList {
  readonly sources: unknown[] = [];
  #storage = new Float64Array(DRAW_STRIDE * 16);
  #list = this.#storage.subarray(0, 0);
  #length = 0;

  get list(): Float64Array {
    return this.#list;
  }

  begin(): void {
    this.#length = 0;
    this.sources.length = 0;
  }

  end(): void {
    this.#list = this.#storage.subarray(0, this.#length);
  }

  addBackground(background: Background, screen: ScreenShape): void {
    const destination = { x: 0, y: 0, width: screen.width, height: screen.height };
    if (typeof background === 'number')
      this.#addSolid(destination, (background | 0xff000000) >>> 0, screen);
    else this.#addImage(background, destination, coverPart(background, screen), true, screen);
  }

  /** Writes the placement and notes where its source lies, so that a new buffer costs one assignment. */
  addPlacement(placement: Placement, screen: ScreenShape): void {
    const { node } = placement;
    const destination = boxToRect(placement);
    placement.sourceIndex = -1;
    if (node.image !== null) {
      const { width, height } = node.image;
      const whole = { x: 0, y: 0, width, height };
      this.#addImage(node.image, destination, whole, node.opaque, screen);
    } else if (node.surface?.current.buffer?.content.kind === 'pixels') {
      placement.sourceIndex = this.sources.length;
      this.#addSurface(node.surface, destination, node.opaque, screen);
    } else {
      this.#addSolid(destination, node.colour, screen);
    }
  }

  #addSolid(destination: Rect, colour: number, screen: ScreenShape): void {
    this.#add(
      {
        kind: DrawKind.solid,
        source: null,
        destination,
        from: NOTHING,
        contentWidth: 1,
        contentHeight: 1,
        transform: 0,
        colour,
        opaque: colour >>> 24 === 0xff,
      },
      screen,
    );
  }

  #addImage(
    image: PixelImage,
    destination: Rect,
    from: Rect,
    opaque: boolean,
    screen: ScreenShape,
  ): void {
    this.#add(
      {
        kind: DrawKind.image,
        source: image.source,
        destination,
        from,
        contentWidth: image.width,
        contentHeight: image.height,
        transform: 0,
        colour: 0,
        opaque,
      },
      screen,
    );
  }

  #addSurface(surface: Surface, destination: Rect, opaque: boolean, screen: ScreenShape): void {
    const { buffer, bufferWidth, bufferHeight, transform } = surface.current;
    const swap = swapsAxes(transform);
    this.#add(
      {
        kind: DrawKind.image,
        source: buffer?.content.kind === 'pixels' ? buffer.content.source : null,
        destination,
        from: sourceRect(surface.current),
        contentWidth: swap ? bufferHeight : bufferWidth,
        contentHeight: swap ? bufferWidth : bufferHeight,
        transform,
        colour: 0,
        opaque,
      },
      screen,
    );
  }

  #add(item: DrawItem, screen: ScreenShape): void {
    this.#reserve();
    const turn = screen.transform;
    const { destination, from: part } = cropHuge(item, screen);
    const to = fromUpright(destination, turn, screen.width, screen.height);
    const from = fromUpright(part, turn, item.contentWidth, item.contentHeight);
    const exact = from.width === to.width && from.height === to.height && isWhole(from);
    const out = this.#storage;
    let i = this.#length;
    out[i++] = item.kind;
    out[i++] = this.#sourceIndex(item);
    out[i++] = to.x;
    out[i++] = to.y;
    out[i++] = to.width;
    out[i++] = to.height;
    out[i++] = from.x;
    out[i++] = from.y;
    out[i++] = from.width;
    out[i++] = from.height;
    out[i++] = item.kind === DrawKind.solid ? 0 : transformOnScreen(item.transform, turn);
    out[i++] = 1;
    out[i++] = item.colour;
    out[i++] = item.opaque ? 1 : 0;
    out[i++] = exact ? NEAREST : BILINEAR;
    this.#length += DRAW_STRIDE;
  }

  #sourceIndex(item: DrawItem): number {
    if (item.kind === DrawKind.solid) return 0;
    return this.sources.push(item.source) - 1;
  }

  #reserve(): void {
    if (this.#length + DRAW_STRIDE <= this.#storage.length) return;
    const bigger = new Float64Array(this.#storage.length * 2);
    bigger.set(this.#storage);
    this.#storage = bigger;
  }
}

function isWhole(rect: Rect): boolean {
  return Number.isInteger(rect.x) && Number.isInteger(rect.y);
}

/** Clients may scale to any size and place subsurfaces anywhere: what native code gets is within its range. */
function cropHuge(
  { destination, from }: { destination: Rect; from: Rect },
  screen: ScreenShape,
): { destination: Rect; from: Rect } {
  const { x, y, width, height } = destination;
  const reach = Math.max(-x, -y, x + width, y + height);
  if (reach <= MAX_COORDINATE) return { destination, from };
  const cropped = intersectRects(destination, { x: 0, y: 0, ...screen });
  const zoomX = from.width / width;
  const zoomY = from.height / height;
  return {
    destination: cropped,
    from: {
      x: from.x + (cropped.x - x) * zoomX,
      y: from.y + (cropped.y - y) * zoomY,
      width: cropped.width * zoomX,
      height: cropped.height * zoomY,
    },
  };
}

/** The middle part of an image that has the screen's shape. */
function coverPart(image: PixelImage, screen: ScreenShape): Rect {
  const zoom = Math.max(screen.width / image.width, screen.height / image.height);
  const width = screen.width / zoom;
  const height = screen.height / zoom;
  return { x: (image.width - width) / 2, y: (image.height - height) / 2, width, height };
}
