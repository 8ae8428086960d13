import type { WlDataDevice, WlDataOffer } from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { Hit } from '../seat/input.ts';
import type { Surface } from '../surface/surface.ts';
import type { DataSource } from './data-source.ts';
import type { DragIcon } from './drag-icon.ts';
import { DragOffer } from './drag-offer.ts';

export interface DragWorld {
  hitTest(x: number, y: number): Hit;
  devicesOf(client: WaylandClient): Iterable<WlDataDevice>;
  /** null where the device's client has too many already and was ended. */
  createOffer(device: WlDataDevice): WlDataOffer | null;
  nextSerial(): number;
  /** The drag is over, however it went. */
  onEnd(): void;
}

interface Target {
  surface: Surface;
  /** null values: a drag without a source, whose client knows by itself what it drags. */
  offers: Map<WlDataDevice, DragOffer | null>;
  unwatch: () => void;
}

/** One drag and drop from its start until the button is released or it is cancelled. */
export class Drag {
  readonly #world: DragWorld;
  readonly #source: DataSource | null;
  readonly #origin: WaylandClient;
  readonly #icon: DragIcon | null;
  readonly #unwatchSource: (() => void) | null;
  #target: Target | null = null;
  #over = false;

  constructor(
    world: DragWorld,
    source: DataSource | null,
    origin: WaylandClient,
    icon: DragIcon | null,
  ) {
    this.#world = world;
    this.#source = source;
    this.#origin = origin;
    this.#icon = icon;
    this.#unwatchSource = source?.onDestroy(() => this.cancel()) ?? null;
  }

  motion(timeMs: number, x: number, y: number): void {
    if (this.#over) return;
    this.#icon?.show(x, y);
    const hit = this.#world.hitTest(x, y);
    const surface = hit?.surface ?? null;
    if (surface !== this.#target?.surface) {
      this.#leave();
      if (surface && hit) this.#enter(surface, hit.x, hit.y);
    } else if (hit) {
      for (const device of this.#target?.offers.keys() ?? []) {
        device.sendMotion(timeMs, hit.x, hit.y);
      }
    }
  }

  drop(): void {
    if (this.#over) return;
    const target = this.#target;
    const dropped = target !== null && this.#dropOn(target);
    if (dropped) this.#target = null;
    this.#finish();
    if (!dropped) this.#source?.abandon();
    else this.#source?.resource.sendDndDropPerformed();
  }

  cancel(): void {
    if (this.#over) return;
    this.#finish();
    this.#source?.abandon();
  }

  #enter(surface: Surface, x: number, y: number): void {
    // without a source the data never leaves the client that drags
    if (!this.#source && surface.client !== this.#origin) return;
    const offers = new Map<WlDataDevice, DragOffer | null>();
    const serial = this.#world.nextSerial();
    for (const device of [...this.#world.devicesOf(surface.client)]) {
      const offer = this.#source ? this.#offer(device, this.#source) : null;
      device.sendEnter(serial, surface.resource, x, y, offer?.resource ?? null);
      offers.set(device, offer);
    }
    const unwatch = surface.onDestroy(() => this.#leave());
    this.#target = { surface, offers, unwatch };
  }

  #offer(device: WlDataDevice, source: DataSource): DragOffer | null {
    const resource = this.#world.createOffer(device);
    if (!resource) return null;
    const offer = new DragOffer(resource, source);
    device.sendDataOffer(resource);
    offer.describe();
    return offer;
  }

  #leave(): void {
    const target = this.#target;
    if (!target) return;
    this.#target = null;
    target.unwatch();
    for (const [device, offer] of target.offers) {
      offer?.leave();
      device.sendLeave();
    }
    // what the last target would have taken says nothing about the next
    if (this.#source) this.#source.resource.sendTarget(null);
  }

  /** @returns whether somebody takes it */
  #dropOn({ offers, unwatch }: Target): boolean {
    const takers = [...offers].filter(([, offer]) => !offer || offer.droppable);
    if (takers.length === 0) return false;
    unwatch();
    for (const [device, offer] of offers) {
      if (offer && !offer.droppable) {
        offer.leave();
        device.sendLeave();
      } else {
        offer?.drop();
        device.sendDrop();
      }
    }
    return true;
  }

  #finish(): void {
    this.#over = true;
    this.#unwatchSource?.();
    this.#leave();
    this.#icon?.hide();
    this.#world.onEnd();
  }
}
