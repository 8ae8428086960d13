import type { Display } from '../../../native/wayland/index.ts';
import {
  type ZwpIdleInhibitManagerV1,
  zwpIdleInhibitManagerV1,
} from '../../../protocol/wayland/generated/idle-inhibit.ts';
import { Surface } from '../surface/surface.ts';

/** Surfaces that keep the session awake as long as they can be seen, a film for instance. */
export class Inhibitors {
  readonly #counts = new Map<Surface, number>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Some inhibiting surface is on an output. */
  get active(): boolean {
    for (const surface of this.#counts.keys()) if (surface.outputs.size > 0) return true;
    return false;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  bind(manager: ZwpIdleInhibitManagerV1): void {
    manager.setHandler({
      createInhibitor: (id, wlSurface) => {
        const surface = Surface.from(wlSurface);
        id.setHandler({});
        this.#count(surface, 1);
        id.onDestroy(() => this.#count(surface, -1));
      },
    });
  }

  #count(surface: Surface, step: 1 | -1): void {
    const count = (this.#counts.get(surface) ?? 0) + step;
    if (count > 0) this.#counts.set(surface, count);
    else this.#counts.delete(surface);
    this.#onChange();
  }
}

/** Offers zwp_idle_inhibit_manager_v1 1. */
export function exposeIdleInhibit(display: Display, inhibitors: Inhibitors): void {
  display.createGlobal(zwpIdleInhibitManagerV1, 1, (manager: ZwpIdleInhibitManagerV1) =>
    inhibitors.bind(manager),
  );
}
