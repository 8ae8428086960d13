import { ProtocolError } from '../../protocol/errors.ts';
import type { CursorImage, CursorMessage } from '../../protocol/generated/cursor.ts';

/** Pictures kept; the session counts on as many. */
const KEPT = 32;
const MAX_SIDE_PX = 256;

/** The pictures of the pointer that the session has sent. */
export class CursorCache {
  readonly #images = new Map<number, CursorImage>();
  /** A display may draw it again at any time. */
  #shown: CursorImage | null = null;

  /**
   * @returns the picture to show now, null for no pointer, undefined when nothing changes
   * @throws ProtocolError for a picture whose pixels do not fit its size
   */
  receive(message: CursorMessage): CursorImage | null | undefined {
    switch (message.type) {
      case 'CursorImage':
        this.#keep(checked(message));
        return undefined;
      case 'CursorShow':
        return this.#show(this.#images.get(message.id));
      case 'CursorHide':
        return this.#show(null);
    }
  }

  /** Overwrites and forgets all pictures. */
  wipe(): void {
    for (const { pixels } of this.#images.values()) pixels.fill(0);
    this.#shown?.pixels.fill(0);
    this.#shown = null;
    this.#images.clear();
  }

  #keep(image: CursorImage): void {
    this.#forget(image.id);
    // What was received may be a Buffer, whose own slice() copies nothing.
    this.#images.set(image.id, { ...image, pixels: new Uint8Array(image.pixels) });
    if (this.#images.size <= KEPT) return;
    const [oldest] = this.#images.keys();
    if (oldest !== undefined) this.#forget(oldest);
  }

  #show<Shown extends CursorImage | null | undefined>(image: Shown): Shown {
    if (image === undefined) return image;
    const before = this.#shown;
    this.#shown = image;
    if (before && before !== image && this.#images.get(before.id) !== before) before.pixels.fill(0);
    return image;
  }

  #forget(id: number): void {
    const image = this.#images.get(id);
    this.#images.delete(id);
    if (image !== this.#shown) image?.pixels.fill(0);
  }
}

function checked(image: CursorImage): CursorImage {
  const { widthPx, heightPx, hotspotX, hotspotY, pixels } = image;
  const sized = inRange(widthPx, 1, MAX_SIDE_PX) && inRange(heightPx, 1, MAX_SIDE_PX);
  if (!sized || pixels.length !== widthPx * heightPx * 4) {
    throw new ProtocolError(
      'out-of-range',
      'CursorImage',
      `${pixels.length} bytes for ${widthPx}x${heightPx}`,
    );
  }
  if (!inRange(hotspotX, 0, widthPx - 1) || !inRange(hotspotY, 0, heightPx - 1)) {
    throw new ProtocolError('out-of-range', 'CursorImage.hotspot', `${hotspotX},${hotspotY}`);
  }
  return image;
}

const inRange = (value: number, low: number, high: number): boolean =>
  value >= low && value <= high;
