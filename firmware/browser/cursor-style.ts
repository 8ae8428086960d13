import type { CursorImage } from '../../protocol/generated/cursor.ts';

/** Browsers ignore larger pointers, in CSS pixels. */
const MAX_SIDE = 128;

/**
 * Pointers as values of the CSS property `cursor`: the browser draws them without a round trip. A pixel of the
 * picture is a pixel of the screen.
 */
export class CursorStyles {
  readonly #known = new WeakMap<CursorImage, { scale: number; style: string }>();

  /** @param scale device pixels per CSS pixel @param image null: no pointer */
  of(image: CursorImage | null, scale: number): string {
    if (image === null) return 'none';
    const known = this.#known.get(image);
    if (known?.scale === scale) return known.style;
    const style = styleOf(image, scale);
    this.#known.set(image, { scale, style });
    return style;
  }
}

function styleOf(image: CursorImage, scale: number): string {
  const picture = draw(image);
  const tooLarge = Math.max(image.widthPx, image.heightPx) / scale > MAX_SIDE;
  const plain = scale === 1 && !tooLarge;
  if (plain) return cursor(`url(${picture.toDataURL()})`, image.hotspotX, image.hotspotY);
  const dense = `image-set(url(${picture.toDataURL()}) ${scale}x)`;
  const [x, y] = [image.hotspotX / scale, image.hotspotY / scale];
  if (!tooLarge && CSS.supports('cursor', cursor(dense, x, y))) return cursor(dense, x, y);
  const factor = Math.min(1 / scale, MAX_SIDE / Math.max(image.widthPx, image.heightPx));
  const small = shrink(picture, factor);
  return cursor(`url(${small.toDataURL()})`, image.hotspotX * factor, image.hotspotY * factor);
}

const cursor = (picture: string, x: number, y: number): string =>
  `${picture} ${Math.floor(x)} ${Math.floor(y)}, default`;

function draw({ widthPx, heightPx, pixels }: CursorImage): HTMLCanvasElement {
  const image = new ImageData(widthPx, heightPx);
  straighten(pixels, image.data);
  const canvas = canvasOf(widthPx, heightPx);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

/** From B, G, R, A premultiplied to R, G, B, A as canvases have it. */
export function straighten(from: Uint8Array, to: Uint8ClampedArray): void {
  for (let i = 0; i + 3 < from.length; i += 4) {
    const alpha = from[i + 3] as number;
    const factor = alpha === 0 ? 0 : 255 / alpha;
    to[i] = (from[i + 2] as number) * factor;
    to[i + 1] = (from[i + 1] as number) * factor;
    to[i + 2] = (from[i] as number) * factor;
    to[i + 3] = alpha;
  }
}

function shrink(picture: HTMLCanvasElement, factor: number): HTMLCanvasElement {
  const canvas = canvasOf(
    Math.max(1, Math.round(picture.width * factor)),
    Math.max(1, Math.round(picture.height * factor)),
  );
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}
