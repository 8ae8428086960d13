import type { WlTouch } from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { Surface } from '../surface/surface.ts';
import { ClientResources } from './client-resources.ts';
import type { Point } from './confine.ts';
import type { SeatContext } from './context.ts';
import type { Hit, InputInterceptor, PopupGrab, TouchGrab } from './input.ts';

/** More fingers than any panel reports; a terminal that sends more is not believed. */
const POINTS_MAX = 32;

interface TouchPoint {
  /** Global logical pixels. */
  x: number;
  y: number;
  /** Of the touch down as told to the surface's client. */
  serial: number;
  surface: Surface | null;
  grab: TouchGrab | null;
  /** Surface-local 0,0 in global space, for a surface that is shown nowhere any more. */
  origin: Point;
  unwatch: () => void;
}

export interface TouchWorld {
  hitTest(x: number, y: number): Hit;
  positionOf(surface: Surface): Point | null;
  readonly interceptors: readonly InputInterceptor[];
  readonly popupGrab: PopupGrab | null;
  readonly timeMs: number;
}

/** Touch points and the wl_touch objects: a point belongs to the surface where it came down until it goes up. */
export class TouchDevice {
  readonly #context: SeatContext;
  readonly #world: TouchWorld;
  readonly #resources = new ClientResources<WlTouch>();
  readonly #points = new Map<number, TouchPoint>();
  readonly #unframed = new Set<WaylandClient>();

  constructor(context: SeatContext, world: TouchWorld) {
    this.#context = context;
    this.#world = world;
  }

  bind(resource: WlTouch): void {
    this.#resources.add(resource);
  }

  down(timeMs: number, id: number, x: number, y: number): void {
    if (this.#points.has(id) || this.#points.size >= POINTS_MAX) return;
    const hit = this.#world.hitTest(x, y);
    const point: TouchPoint = {
      x,
      y,
      serial: 0,
      surface: null,
      grab: null,
      origin: { x: 0, y: 0 },
      unwatch: () => {},
    };
    this.#points.set(id, point);
    const surface = hit?.surface ?? null;
    const { popupGrab, interceptors } = this.#world;
    if (popupGrab && surface?.client !== popupGrab.surface.client) {
      popupGrab.onDismiss();
      return;
    }
    if (interceptors.some((one) => one.touchDown?.(timeMs, hit, id, x, y))) return;
    if (surface && hit) this.#deliverDown(timeMs, id, point, surface, hit);
  }

  motion(timeMs: number, id: number, x: number, y: number): void {
    const point = this.#points.get(id);
    if (!point) return;
    point.x = x;
    point.y = y;
    if (point.grab) {
      point.grab.motion(timeMs, x, y);
      return;
    }
    const { surface } = point;
    if (!surface) return;
    const origin = this.#world.positionOf(surface) ?? point.origin;
    for (const resource of this.#resources.of(surface.client)) {
      resource.sendMotion(timeMs, id, x - origin.x, y - origin.y);
    }
    this.#unframed.add(surface.client);
  }

  up(timeMs: number, id: number): void {
    const point = this.#points.get(id);
    if (!point) return;
    this.#points.delete(id);
    point.unwatch();
    if (point.grab) point.grab.up(timeMs);
    else if (point.surface) this.#sendUp(timeMs, id, point.surface);
  }

  frame(): void {
    for (const client of this.#unframed) {
      for (const resource of this.#resources.of(client)) resource.sendFrame();
    }
    this.#unframed.clear();
  }

  /** Every point ends; clients undo what the touch sequence did. */
  cancel(): void {
    const points = [...this.#points.values()];
    this.#points.clear();
    const clients = new Set<WaylandClient>();
    for (const { surface, grab, unwatch } of points) {
      unwatch();
      if (grab) grab.cancel();
      else if (surface) clients.add(surface.client);
    }
    this.frame();
    for (const client of clients) {
      for (const resource of this.#resources.of(client)) resource.sendCancel();
    }
  }

  /** The point whose touch down has this serial, while it is down. */
  pointOf(serial: number): { id: number; x: number; y: number } | null {
    for (const [id, point] of this.#points) {
      if (point.surface && point.serial === serial) return { id, x: point.x, y: point.y };
    }
    return null;
  }

  /** Takes a point away from its client, which sees its touches cancelled. @returns false for a point that is not down */
  startGrab(id: number, grab: TouchGrab): boolean {
    const point = this.#points.get(id);
    if (!point) return false;
    const { surface, grab: previous } = point;
    point.grab = grab;
    previous?.cancel();
    if (surface && !previous) this.#cancelClient(surface.client);
    return true;
  }

  #deliverDown(
    timeMs: number,
    id: number,
    point: TouchPoint,
    surface: Surface,
    local: Point,
  ): void {
    const serial = this.#context.nextSerial();
    const { client } = surface;
    this.#context.serials.record({ serial, client, kind: 'touch', surface, pressed: true });
    point.surface = surface;
    point.serial = serial;
    point.origin = { x: point.x - local.x, y: point.y - local.y };
    point.unwatch = surface.onDestroy(() => this.#surfaceDied(id, surface));
    for (const resource of this.#resources.of(client)) {
      resource.sendDown(serial, timeMs, surface.resource, id, local.x, local.y);
    }
    this.#unframed.add(client);
  }

  #sendUp(timeMs: number, id: number, surface: Surface): void {
    const serial = this.#context.nextSerial();
    const { client } = surface;
    this.#context.serials.record({ serial, client, kind: 'touch', surface, pressed: false });
    for (const resource of this.#resources.of(client)) resource.sendUp(serial, timeMs, id);
    this.#unframed.add(client);
  }

  /** A client that destroys a touched surface still has to learn that the id is free again. */
  #surfaceDied(id: number, surface: Surface): void {
    const point = this.#points.get(id);
    if (point?.surface !== surface) return;
    point.surface = null;
    if (point.grab) return;
    this.#sendUp(this.#world.timeMs, id, surface);
    this.frame();
  }

  #cancelClient(client: WaylandClient): void {
    for (const point of this.#points.values()) {
      if (point.surface?.client !== client || point.grab) continue;
      point.unwatch();
      point.surface = null;
    }
    for (const resource of this.#resources.of(client)) resource.sendCancel();
    this.#unframed.delete(client);
  }
}
