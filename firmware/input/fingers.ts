/** More than hands have; a broken screen shall not take more. */
const FINGERS_MAX = 32;

/** Numbers the fingers of all touch screens: two screens may have the same slot in use. */
export class Fingers {
  readonly #ids = new Map<string, { device: number; id: number }>();

  /** @returns its number, null for one too many */
  down(device: number, slot: number): number | null {
    const key = `${device}:${slot}`;
    const known = this.#ids.get(key);
    if (known) return known.id;
    if (this.#ids.size >= FINGERS_MAX) return null;
    const used = new Set([...this.#ids.values()].map(({ id }) => id));
    let id = 0;
    while (used.has(id)) id++;
    this.#ids.set(key, { device, id });
    return id;
  }

  /** null: it is not down. */
  find(device: number, slot: number): number | null {
    return this.#ids.get(`${device}:${slot}`)?.id ?? null;
  }

  /** @returns its number, null when it was not down */
  up(device: number, slot: number): number | null {
    const id = this.find(device, slot);
    this.#ids.delete(`${device}:${slot}`);
    return id;
  }

  touchAny(device: number): boolean {
    return [...this.#ids.values()].some((finger) => finger.device === device);
  }

  clear(): void {
    this.#ids.clear();
  }
}
