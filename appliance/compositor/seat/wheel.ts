/** One detent of a wheel in wl_pointer.axis_value120 units. */
export const DETENT = 120;

/** What a client that knows only whole wheel clicks gets for a movement; null while no click is complete. */
export interface WheelClicks {
  discrete: number;
  /** The axis length that belongs to these clicks. */
  value: number;
}

/** Collects a high-resolution wheel's movement of one axis into whole clicks for clients below wl_pointer 8. */
export class WheelClicker {
  #v120 = 0;
  #value = 0;

  add(v120: number, value: number): WheelClicks | null {
    // a turn back starts anew: the rest of the other direction must not eat the first click
    if (this.#v120 !== 0 && Math.sign(v120) !== Math.sign(this.#v120)) this.reset();
    this.#v120 += v120;
    this.#value += value;
    const discrete = Math.trunc(this.#v120 / DETENT);
    if (discrete === 0) return null;
    const share = (discrete * DETENT) / this.#v120;
    const clicks = { discrete, value: this.#value * share };
    this.#v120 -= discrete * DETENT;
    this.#value -= clicks.value;
    return clicks;
  }

  reset(): void {
    this.#v120 = 0;
    this.#value = 0;
  }
}
