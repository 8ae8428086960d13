import type { Rect } from './rect.ts';

/** Numbers per box: left, top, right, bottom. */
const STRIDE = 4;

/**
 * A bounded, over-estimating set of boxes: cheap to add to, never longer than its capacity. Where it is full, the
 * two boxes that waste the fewest points together become one.
 */
export class DamageList {
  readonly capacity: number;
  /** left, top, right, bottom per box; only the first `length` numbers count. */
  readonly boxes: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.boxes = new Float64Array((capacity + 1) * STRIDE);
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  clear(): void {
    this.length = 0;
  }

  addRect(rect: Rect): void {
    this.addBox(rect.x, rect.y, rect.x + rect.width, rect.y + rect.height);
  }

  addBox(left: number, top: number, right: number, bottom: number): void {
    if (!(right > left && bottom > top)) return;
    const { boxes } = this;
    for (let i = 0; i < this.length; i += STRIDE) {
      if (this.#contains(i, left, top, right, bottom)) return;
    }
    for (let i = this.length - STRIDE; i >= 0; i -= STRIDE) {
      const inside =
        (boxes[i] as number) >= left &&
        (boxes[i + 1] as number) >= top &&
        (boxes[i + 2] as number) <= right &&
        (boxes[i + 3] as number) <= bottom;
      if (inside) this.#remove(i);
    }
    this.#append(left, top, right, bottom);
    if (this.length > this.capacity * STRIDE) this.#mergeCheapest();
  }

  addAll(other: DamageList): void {
    const { boxes } = other;
    for (let i = 0; i < other.length; i += STRIDE)
      this.addBox(
        boxes[i] as number,
        boxes[i + 1] as number,
        boxes[i + 2] as number,
        boxes[i + 3] as number,
      );
  }

  /** x, y, width, height per box, in a new array. */
  toRects(): Int32Array {
    const { boxes } = this;
    const out = new Int32Array(this.length);
    for (let i = 0; i < this.length; i += STRIDE) {
      out[i] = boxes[i] as number;
      out[i + 1] = boxes[i + 1] as number;
      out[i + 2] = (boxes[i + 2] as number) - (boxes[i] as number);
      out[i + 3] = (boxes[i + 3] as number) - (boxes[i + 1] as number);
    }
    return out;
  }

  #contains(i: number, left: number, top: number, right: number, bottom: number): boolean {
    const { boxes } = this;
    return (
      (boxes[i] as number) <= left &&
      (boxes[i + 1] as number) <= top &&
      (boxes[i + 2] as number) >= right &&
      (boxes[i + 3] as number) >= bottom
    );
  }

  #append(left: number, top: number, right: number, bottom: number): void {
    const { boxes, length } = this;
    boxes[length] = left;
    boxes[length + 1] = top;
    boxes[length + 2] = right;
    boxes[length + 3] = bottom;
    this.length = length + STRIDE;
  }

  #remove(i: number): void {
    this.boxes.copyWithin(i, this.length - STRIDE, this.length);
    this.length -= STRIDE;
  }

  #mergeCheapest(): void {
    let bestI = 0;
    let bestJ = STRIDE;
    let bestWaste = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.length; i += STRIDE)
      for (let j = i + STRIDE; j < this.length; j += STRIDE) {
        const waste = this.#wasteOfMerging(i, j);
        if (waste < bestWaste) {
          bestWaste = waste;
          bestI = i;
          bestJ = j;
        }
      }
    const { boxes } = this;
    const left = Math.min(boxes[bestI] as number, boxes[bestJ] as number);
    const top = Math.min(boxes[bestI + 1] as number, boxes[bestJ + 1] as number);
    const right = Math.max(boxes[bestI + 2] as number, boxes[bestJ + 2] as number);
    const bottom = Math.max(boxes[bestI + 3] as number, boxes[bestJ + 3] as number);
    this.#remove(bestJ);
    this.#remove(bestI);
    this.addBox(left, top, right, bottom);
  }

  #wasteOfMerging(i: number, j: number): number {
    const { boxes } = this;
    const width =
      Math.max(boxes[i + 2] as number, boxes[j + 2] as number) -
      Math.min(boxes[i] as number, boxes[j] as number);
    const height =
      Math.max(boxes[i + 3] as number, boxes[j + 3] as number) -
      Math.min(boxes[i + 1] as number, boxes[j + 1] as number);
    return width * height - this.#area(i) - this.#area(j);
  }

  #area(i: number): number {
    const { boxes } = this;
    return (
      ((boxes[i + 2] as number) - (boxes[i] as number)) *
      ((boxes[i + 3] as number) - (boxes[i + 1] as number))
    );
  }
}
