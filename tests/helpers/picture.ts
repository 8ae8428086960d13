import type { Framebuffer } from '../../native/pixels/index.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a terminal showed at one moment. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint32Array;

  constructor({ width, height, bytes }: Framebuffer) {
    this.width = width;
    this.height = height;
    this.#pixels = new Uint32Array(bytes.slice().buffer);
  }

  get whole(): Box {
    return { x: 0, y: 0, width: this.width, height: this.height };
  }

  /** 0xRRGGBB */
  at(x: number, y: number): number {
    return (this.#pixels[Math.round(y) * this.width + Math.round(x)] ?? 0) & 0xffffff;
  }

  /** Which part of the box, 0 to 1, has a colour like this. */
  share(isWanted: (rgb: number, x: number, y: number) => boolean, box = this.whole): number {
    let wanted = 0;
    this.#each(box, (rgb, x, y) => {
      if (isWanted(rgb, x, y)) wanted++;
    });
    return wanted / Math.max(1, box.width * box.height);
  }

  /** The smallest box around all pixels like this; null when there are none. */
  bounds(isWanted: (rgb: number, x: number, y: number) => boolean, box = this.whole): Box | null {
    let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
    this.#each(box, (rgb, x, y) => {
      if (!isWanted(rgb, x, y)) return;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    });
    if (right < 0) return null;
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }

  /** Where it is another picture than before; null when it is the same. */
  changedSince(before: Picture, box = this.whole): Box | null {
    if (before.width !== this.width || before.height !== this.height) return box;
    return this.bounds((rgb, x, y) => rgb !== before.at(x, y), box);
  }

  changedShare(before: Picture, box = this.whole): number {
    return this.share((rgb, x, y) => rgb !== before.at(x, y), box);
  }

  /** How many different colours there are. */
  colours(box = this.whole): number {
    const seen = new Set<number>();
    this.#each(box, (rgb) => seen.add(rgb));
    return seen.size;
  }

  #each(box: Box, visit: (rgb: number, x: number, y: number) => void): void {
    const right = Math.min(this.width, box.x + box.width);
    const bottom = Math.min(this.height, box.y + box.height);
    for (let y = Math.max(0, box.y); y < bottom; y++) {
      for (let x = Math.max(0, box.x); x < right; x++) {
        visit((this.#pixels[y * this.width + x] as number) & 0xffffff, x, y);
      }
    }
  }
}

/** Near in each of red, green and blue. */
export function like(wanted: number, tolerance = 8): (rgb: number) => boolean {
  return (rgb) =>
    [16, 8, 0].every(
      (shift) => Math.abs(((rgb >> shift) & 255) - ((wanted >> shift) & 255)) <= tolerance,
    );
}

/** Paper, buttons and header bars of light themes, as against the dark desktop and shadows on it. */
export function isLight(rgb: number): boolean {
  return [16, 8, 0].every((shift) => ((rgb >> shift) & 255) > 0xb0);
}

export function centre({ x, y, width, height }: Box): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
