/** A screen as the pointer sees it. */
export interface SeatOutput {
  /** As in OutputInfo. */
  readonly id: number;
  /** Place in the layout, logical pixels. */
  readonly x: number;
  readonly y: number;
  /** Logical pixels, as the person sees it: a screen on its side is higher than wide. */
  readonly width: number;
  readonly height: number;
  /** Picture pixels for a logical one. */
  readonly scale: number;
  /** Connector, e.g. `HDMI-A-1`: some touch screens say to which they belong. */
  readonly name: string;
  /** wl_output.transform, 0 when missing: a touch screen turns with its screen. */
  readonly transform?: number;
}

/** Picture pixels of an output, with fractions. */
export interface PlaceOnOutput {
  readonly output: number;
  readonly x: number;
  readonly y: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the wire can tell of the last point inside an edge. */
const LAST_INSIDE = 1 / 256;

/** Where the pointer is: a point of the layout that some output shows. */
export class PointerPlace {
  #outputs: readonly SeatOutput[] = [];
  #at: Point | null = null;

  /** null: there is no output. */
  get onOutput(): PlaceOnOutput | null {
    const at = this.#at;
    const output = at && this.#outputs.find((one) => contains(one, at));
    return at && output ? placeOn(output, at) : null;
  }

  /** The pointer stays, or goes to the nearest place that is left; the first time to the middle of the first output. */
  setOutputs(outputs: readonly SeatOutput[]): void {
    this.#outputs = outputs.filter(
      ({ width, height, scale }) => width > 0 && height > 0 && scale > 0,
    );
    const [first] = this.#outputs;
    if (!first) return;
    const { x, y } = this.#at ?? {
      x: first.x + first.width / 2,
      y: first.y + first.height / 2,
    };
    this.#at = this.#nearest(x, y);
  }

  /** @param dx logical pixels @returns what of the movement there was no room for */
  moveBy(dx: number, dy: number): { dx: number; dy: number } {
    const from = this.#at;
    if (!from || !Number.isFinite(dx) || !Number.isFinite(dy)) return { dx: 0, dy: 0 };
    const to = { x: from.x + dx, y: from.y + dy };
    const at = this.#nearest(to.x, to.y) ?? from;
    this.#at = at;
    return { dx: left(to.x - at.x), dy: left(to.y - at.y) };
  }

  /** @param x 0 to 1 of the output, as y @param name of the output's connector; the first one where there is none */
  moveTo(x: number, y: number, name: string | null): void {
    const output = this.#named(name);
    if (!output || !Number.isFinite(x) || !Number.isFinite(y)) return;
    this.#at = pointOf(output, x, y);
  }

  /** Where that is for a finger; does not move the pointer. Arguments as for moveTo(). */
  find(x: number, y: number, name: string | null): PlaceOnOutput | null {
    const output = this.#named(name);
    if (!output || !Number.isFinite(x) || !Number.isFinite(y)) return null;
    return placeOn(output, pointOf(output, x, y));
  }

  #named(name: string | null): SeatOutput | undefined {
    return this.#outputs.find((output) => output.name === name) ?? this.#outputs[0];
  }

  #nearest(x: number, y: number): Point | null {
    let best: Point | null = null;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (const output of this.#outputs) {
      const point = {
        x: within(x, output.x, output.width),
        y: within(y, output.y, output.height),
      };
      const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
      if (distance < bestDistance) [best, bestDistance] = [point, distance];
    }
    return best;
  }
}

function contains({ x, y, width, height }: SeatOutput, at: Point): boolean {
  return at.x >= x && at.y >= y && at.x < x + width && at.y < y + height;
}

function within(value: number, start: number, size: number): number {
  return Math.min(Math.max(value, start), start + size - LAST_INSIDE);
}

/** The width of the edge's last step is no movement that was lost. */
function left(rest: number): number {
  return Math.abs(rest) > 2 * LAST_INSIDE ? rest : 0;
}

function placeOn({ id, x, y, scale }: SeatOutput, at: Point): PlaceOnOutput {
  return { output: id, x: (at.x - x) * scale, y: (at.y - y) * scale };
}

/** The place of the layout that is behind a point of the panel. */
function pointOf(output: SeatOutput, u: number, v: number): Point {
  const [across, down] = upright(u, v, output.transform ?? 0);
  return {
    x: within(output.x + across * output.width, output.x, output.width),
    y: within(output.y + down * output.height, output.y, output.height),
  };
}

/** Undoes what turnPoint() in firmware/display does to the picture. */
function upright(u: number, v: number, transform: number): [x: number, y: number] {
  switch (transform) {
    case 1:
      return [1 - v, u];
    case 2:
      return [1 - u, 1 - v];
    case 3:
      return [v, 1 - u];
    case 4:
      return [1 - u, v];
    case 5:
      return [v, u];
    case 6:
      return [u, 1 - v];
    case 7:
      return [1 - v, 1 - u];
    default:
      return [u, v];
  }
}
