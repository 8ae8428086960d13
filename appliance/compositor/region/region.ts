import { EMPTY_RECT, type Rect } from './rect.ts';

/** Numbers per rectangle in a region: left, top, right, bottom (right and bottom exclusive). */
const STRIDE = 4;

type Rule = (inA: boolean, inB: boolean) => boolean;
const union: Rule = (a, b) => a || b;
const difference: Rule = (a, b) => a && !b;
const intersection: Rule = (a, b) => a && b;

/**
 * An immutable set of points, kept as rectangles in canonical order: bands from top to bottom, spans from left
 * to right inside a band, bands merged where their spans agree. Equal sets therefore have equal boxes.
 */
export class Region {
  static readonly empty = new Region([]);

  /** left, top, right, bottom per rectangle. */
  readonly boxes: readonly number[];

  private constructor(boxes: readonly number[]) {
    this.boxes = boxes;
  }

  static fromBox(left: number, top: number, right: number, bottom: number): Region {
    return right > left && bottom > top ? new Region([left, top, right, bottom]) : Region.empty;
  }

  static fromRect(rect: Rect): Region {
    return Region.fromBox(rect.x, rect.y, rect.x + rect.width, rect.y + rect.height);
  }

  get rectCount(): number {
    return this.boxes.length / STRIDE;
  }

  get isEmpty(): boolean {
    return this.boxes.length === 0;
  }

  get bounds(): Rect {
    const { boxes } = this;
    if (boxes.length === 0) return EMPTY_RECT;
    let left = Number.POSITIVE_INFINITY;
    let right = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < boxes.length; i += STRIDE) {
      left = Math.min(left, boxes[i] as number);
      right = Math.max(right, boxes[i + 2] as number);
    }
    const top = boxes[1] as number;
    return {
      x: left,
      y: top,
      width: right - left,
      height: (boxes[boxes.length - 1] as number) - top,
    };
  }

  contains(x: number, y: number): boolean {
    const { boxes } = this;
    for (let i = 0; i < boxes.length; i += STRIDE) {
      if (y < (boxes[i + 1] as number)) return false;
      if (y < (boxes[i + 3] as number) && x >= (boxes[i] as number) && x < (boxes[i + 2] as number))
        return true;
    }
    return false;
  }

  containsBox(left: number, top: number, right: number, bottom: number): boolean {
    if (right <= left || bottom <= top) return true;
    const { boxes } = this;
    let covered = top;
    for (let i = 0; i < boxes.length; i += STRIDE) {
      if ((boxes[i + 3] as number) <= covered) continue;
      if ((boxes[i + 1] as number) > covered) return false;
      if ((boxes[i] as number) > left || (boxes[i + 2] as number) < right) continue;
      covered = boxes[i + 3] as number;
      if (covered >= bottom) return true;
    }
    return false;
  }

  union(other: Region): Region {
    if (other.isEmpty) return this;
    if (this.isEmpty || coversAll(other, this)) return other;
    if (coversAll(this, other)) return this;
    return new Region(combine(this.boxes, other.boxes, union));
  }

  subtract(other: Region): Region {
    if (this.isEmpty || other.isEmpty) return this;
    return new Region(combine(this.boxes, other.boxes, difference));
  }

  intersect(other: Region): Region {
    if (this.isEmpty || other.isEmpty) return Region.empty;
    return new Region(combine(this.boxes, other.boxes, intersection));
  }

  translate(dx: number, dy: number): Region {
    if (dx === 0 && dy === 0) return this;
    return new Region(this.boxes.map((value, i) => value + (i % 2 === 0 ? dx : dy)));
  }

  equals(other: Region): boolean {
    if (this === other) return true;
    const { boxes } = this;
    return boxes.length === other.boxes.length && boxes.every((v, i) => v === other.boxes[i]);
  }
}

function coversAll(outer: Region, inner: Region): boolean {
  if (outer.boxes.length !== STRIDE || inner.boxes.length !== STRIDE) return false;
  const [l, t, r, b] = inner.boxes as [number, number, number, number];
  return outer.containsBox(l, t, r, b);
}

function combine(a: readonly number[], b: readonly number[], rule: Rule): number[] {
  const edges = verticalEdges(a, b);
  const out: number[] = [];
  let previousBand = -1;
  let ia = 0;
  let ib = 0;
  for (let e = 0; e + 1 < edges.length; e++) {
    const top = edges[e] as number;
    const bottom = edges[e + 1] as number;
    ia = skipAbove(a, ia, top);
    ib = skipAbove(b, ib, top);
    const start = out.length;
    appendSpans(out, a, ia, b, ib, top, bottom, rule);
    if (out.length === start) continue;
    if (previousBand >= 0 && mergesWith(out, previousBand, start)) out.length = start;
    else previousBand = start;
  }
  return out;
}

function verticalEdges(a: readonly number[], b: readonly number[]): number[] {
  const edges: number[] = [];
  for (const boxes of [a, b])
    for (let i = 1; i < boxes.length; i += 2) edges.push(boxes[i] as number);
  edges.sort((p, q) => p - q);
  return edges.filter((edge, i) => i === 0 || edge !== edges[i - 1]);
}

/** First box from `index` on that does not end above `top`. */
function skipAbove(boxes: readonly number[], index: number, top: number): number {
  let i = index;
  while (i < boxes.length && (boxes[i + 3] as number) <= top) i += STRIDE;
  return i;
}

/** Walks the spans of both bands from left to right and appends those that the rule keeps. */
function appendSpans(
  out: number[],
  a: readonly number[],
  ia: number,
  b: readonly number[],
  ib: number,
  top: number,
  bottom: number,
  rule: Rule,
): void {
  let inA = false;
  let inB = false;
  let open: number | null = null;
  for (;;) {
    const xa = nextEdge(a, ia, inA, top);
    const xb = nextEdge(b, ib, inB, top);
    const x = Math.min(xa, xb);
    if (x === Number.POSITIVE_INFINITY) return;
    if (xa === x) {
      if (inA) ia += STRIDE;
      inA = !inA;
    }
    if (xb === x) {
      if (inB) ib += STRIDE;
      inB = !inB;
    }
    const keep = rule(inA, inB);
    if (keep && open === null) open = x;
    else if (!keep && open !== null) {
      out.push(open, top, x, bottom);
      open = null;
    }
  }
}

function nextEdge(boxes: readonly number[], i: number, inside: boolean, top: number): number {
  if (i >= boxes.length || (boxes[i + 1] as number) > top) return Number.POSITIVE_INFINITY;
  return boxes[inside ? i + 2 : i] as number;
}

/** Grows the previous band over the new one when both have the same spans. */
function mergesWith(out: number[], previous: number, start: number): boolean {
  const length = out.length - start;
  if (start - previous !== length || out[previous + 3] !== out[start + 1]) return false;
  for (let i = 0; i < length; i += STRIDE) {
    if (out[previous + i] !== out[start + i] || out[previous + i + 2] !== out[start + i + 2])
      return false;
  }
  const bottom = out[start + 3] as number;
  for (let i = previous; i < start; i += STRIDE) out[i + 3] = bottom;
  return true;
}
