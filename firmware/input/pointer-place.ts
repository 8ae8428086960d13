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
    const output = this.#at && this.#outputAt(this.#at);
    return this.#at && output ? placeOn(output, this.#at) : null;
  }

  /** The pointer stays, or goes to the nearest place that is left; the first time to the middle of the first output. */
  setOutputs(outputs: readonly SeatOutput[]): void {
    this.#outputs = outputs.filter(
      ({ width, height, scale }) => width > 0 && height > 0 && scale > 0,
    );
    const [first] = this.#outputs;
    if (!first) return;
    const middle = { x: first.x + first.width / 2, y: first.y + first.height / 2 };
    this.#at = this.#nearest(this.#at ?? middle);
  }

  /** @param dx logical pixels @returns what of the movement there was no room for */
  moveBy(dx: number, dy: number): { dx: number; dy: number } {
    const from = this.#at;
    const current = from && this.#outputAt(from);
    if (!current || !Number.isFinite(dx) || !Number.isFinite(dy)) return { dx: 0, dy: 0 };
    const to = { x: from.x + dx, y: from.y + dy };
    const at = this.#outputAt(to) ? to : this.#slide(from, to, current);
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

  #outputAt(at: Point): SeatOutput | null {
    return this.#outputs.find((output) => contains(output, at)) ?? null;
  }

  /** Along the edge that is in the way: the better of sideways first and up or down first. */
  #slide(from: Point, to: Point, current: SeatOutput): Point {
    const sideways = this.#step({ x: to.x, y: from.y }, current);
    const across = this.#step({ x: sideways.at.x, y: to.y }, sideways.output);
    const upright = this.#step({ x: from.x, y: to.y }, current);
    const along = this.#step({ x: to.x, y: upright.at.y }, upright.output);
    return squared(across.at, to) <= squared(along.at, to) ? across.at : along.at;
  }

  /** There, or as far as this output goes. */
  #step(to: Point, current: SeatOutput): { at: Point; output: SeatOutput } {
    const output = this.#outputAt(to);
    return output ? { at: to, output } : { at: nearestOn(current, to), output: current };
  }

  #named(name: string | null): SeatOutput | undefined {
    return this.#outputs.find((output) => output.name === name) ?? this.#outputs[0];
  }

  #nearest(to: Point): Point | null {
    const places = this.#outputs.map((output) => nearestOn(output, to));
    places.sort((one, other) => squared(one, to) - squared(other, to));
    return places[0] ?? null;
  }
}

function nearestOn({ x, y, width, height }: SeatOutput, to: Point): Point {
  return { x: within(to.x, x, width), y: within(to.y, y, height) };
}

function squared(one: Point, other: Point): number {
  return (one.x - other.x) ** 2 + (one.y - other.y) ** 2;
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
  const [across, down] = turnedBack(u, v, output.transform ?? 0);
  return nearestOn(output, {
    x: output.x + across * output.width,
    y: output.y + down * output.height,
  });
}

/** Undoes what turnPoint() in firmware/display does to the picture. */
function turnedBack(u: number, v: number, transform: number): [x: number, y: number] {
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
