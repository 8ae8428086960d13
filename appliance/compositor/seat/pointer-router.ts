import { Listeners } from '../surface/listeners.ts';
import type { Surface } from '../surface/surface.ts';
import type { AxisInput } from './axis-events.ts';
import type { Point } from './confine.ts';
import { HeldButtons } from './held-buttons.ts';
import type { Hit, InputInterceptor, PointerGrab, PopupGrab } from './input.ts';
import type { PointerDevice } from './pointer.ts';

/** What the router asks about the world; global logical pixels. */
export interface PointerWorld {
  hitTest(x: number, y: number): Hit;
  /** Where the surface's own origin is, null when it is not shown. */
  positionOf(surface: Surface): Point | null;
  /** The nearest point on some output. */
  keepOnOutputs(x: number, y: number): Point;
  readonly interceptors: readonly InputInterceptor[];
  readonly popupGrab: PopupGrab | null;
}

/** Bends a movement of a locked or confined pointer. */
export type PointerConstraint = (from: Point, to: Point) => Point;

/** Decides who gets the pointer: a grab, the surface of an implicit grab, an interceptor, or what is under it. */
export class PointerRouter {
  readonly #device: PointerDevice;
  readonly #world: PointerWorld;
  readonly #held = new HeldButtons();
  #x = 0;
  #y = 0;
  /** Until the terminal's pointer has been somewhere, nothing is under it. */
  #present = false;
  /** Where the terminal last put the pointer; a locked pointer stays behind. */
  #raw: Point | null = null;
  #grab: PointerGrab | null = null;
  #unwatchFocus: (() => void) | null = null;
  /** Set while a lock or confinement is active. */
  constraint: PointerConstraint | null = null;
  readonly onRelative = new Listeners<[timeMs: number, dx: number, dy: number]>();
  readonly onFocus = new Listeners<[surface: Surface | null]>();
  /** The shape wanted over something that is no surface; null over a surface. */
  readonly onServerShape = new Listeners<[name: string | null]>();

  constructor(device: PointerDevice, world: PointerWorld) {
    this.#device = device;
    this.#world = world;
  }

  get x(): number {
    return this.#x;
  }

  get y(): number {
    return this.#y;
  }

  get grab(): PointerGrab | null {
    return this.#grab;
  }

  get heldCount(): number {
    return this.#held.count;
  }

  motionTo(timeMs: number, x: number, y: number): void {
    const from = this.#raw ?? { x: this.#x, y: this.#y };
    this.#raw = { x, y };
    this.#moved(timeMs, x - from.x, y - from.y, { x, y });
  }

  /** The terminal's own pointer is where it was: an edge of its screens kept it there. */
  motionBy(timeMs: number, dx: number, dy: number): void {
    this.#moved(timeMs, dx, dy, { x: this.#x + dx, y: this.#y + dy });
  }

  /** Puts the pointer somewhere without anybody having moved it. */
  warp(timeMs: number, x: number, y: number): void {
    this.#place(timeMs, this.#world.keepOnOutputs(x, y));
  }

  button(timeMs: number, code: number, pressed: boolean): void {
    if (this.#held.has(code) === pressed) return;
    if (pressed && this.#held.isFull) return;
    if (pressed) this.#press(timeMs, code);
    else this.#release(timeMs, code);
  }

  axis(timeMs: number, input: AxisInput): void {
    if (this.#grab) this.#grab.axis?.(timeMs, input);
    else this.#device.axis(timeMs, input);
  }

  /** Cancels the grab before; the focused client is left, since the pointer is no longer its. */
  startGrab(grab: PointerGrab): void {
    const previous = this.#grab;
    // none meanwhile: the previous owner may end its grab in cancel(), which must not end the new one
    this.#grab = null;
    previous?.cancel();
    this.#grab = grab;
    this.#held.takeFromClients();
    this.#focus(null, 0, 0);
  }

  endGrab(timeMs: number): void {
    if (!this.#grab) return;
    this.#grab = null;
    this.refresh(timeMs);
  }

  /** Looks again at what is under a still pointer. */
  refresh(timeMs: number): void {
    if (this.#grab || !this.#present) return;
    if (this.#held.implicitGrab) this.#followImplicit(timeMs);
    else this.#followHit(timeMs);
    this.#device.frame();
  }

  releaseAll(timeMs: number): void {
    const grab = this.#grab;
    this.#grab = null;
    grab?.cancel();
    for (const code of this.#held.codes()) this.#release(timeMs, code);
    this.#device.frame();
  }

  #moved(timeMs: number, dx: number, dy: number, to: Point): void {
    if (dx !== 0 || dy !== 0) this.onRelative.call(timeMs, dx, dy);
    const from = { x: this.#x, y: this.#y };
    const bent = this.constraint ? this.constraint(from, to) : to;
    this.#place(timeMs, this.#world.keepOnOutputs(bent.x, bent.y));
  }

  #place(timeMs: number, { x, y }: Point): void {
    this.#x = x;
    this.#y = y;
    this.#present = true;
    if (this.#grab) this.#grab.motion(timeMs, x, y);
    else if (this.#held.implicitGrab) this.#followImplicit(timeMs);
    else this.#followHit(timeMs);
  }

  #followImplicit(timeMs: number): void {
    const surface = this.#device.focus;
    const origin = surface && this.#world.positionOf(surface);
    if (origin) this.#device.motion(timeMs, this.#x - origin.x, this.#y - origin.y);
  }

  #followHit(timeMs: number): void {
    const hit = this.#world.hitTest(this.#x, this.#y);
    const shape = this.#askInterceptors(hit);
    this.onServerShape.call(hit?.surface ? null : (shape ?? 'default'));
    const surface = this.#clientSurface(hit);
    if (!surface || !hit) {
      this.#focus(null, 0, 0);
      return;
    }
    this.#focus(surface, hit.x, hit.y);
    this.#device.motion(timeMs, hit.x, hit.y);
  }

  #askInterceptors(hit: Hit): string | null {
    let shape: string | null = null;
    for (const interceptor of this.#world.interceptors) {
      shape ??= interceptor.motion?.(this.#x, this.#y, hit) ?? null;
    }
    return shape;
  }

  /** The surface under the pointer that may have it: with a popup grab, only those of the grab's client. */
  #clientSurface(hit: Hit): Surface | null {
    const surface = hit?.surface ?? null;
    const { popupGrab } = this.#world;
    return popupGrab && surface?.client !== popupGrab.surface.client ? null : surface;
  }

  #focus(surface: Surface | null, x: number, y: number): void {
    if (surface === this.#device.focus) return;
    this.#unwatchFocus?.();
    this.#unwatchFocus = surface?.onDestroy(() => this.#focusDied()) ?? null;
    this.#device.setFocus(surface, x, y);
    this.onFocus.call(surface);
  }

  #focusDied(): void {
    this.#unwatchFocus = null;
    this.#device.forgetFocus();
    this.onFocus.call(null);
  }

  #press(timeMs: number, code: number): void {
    if (this.#grab) {
      this.#held.press(code, 'grab');
      this.#grab.button(timeMs, code, true);
      return;
    }
    if (this.#held.implicitGrab) {
      this.#held.press(code, 'client');
      this.#device.button(timeMs, code, true);
      return;
    }
    const hit = this.#world.hitTest(this.#x, this.#y);
    const { popupGrab } = this.#world;
    if (popupGrab && !this.#clientSurface(hit)) {
      this.#held.press(code, 'nobody');
      popupGrab.onDismiss();
      return;
    }
    // held before the interceptors run: one of them may start a grab that ends with this button
    this.#held.press(code, 'interceptor');
    if (this.#intercepted(timeMs, hit, code, true)) return;
    this.#held.press(code, 'client');
    this.#device.button(timeMs, code, true);
  }

  #release(timeMs: number, code: number): void {
    const owner = this.#held.release(code);
    if (this.#grab) {
      this.#grab.button(timeMs, code, false);
      return;
    }
    if (owner === 'client') this.#device.button(timeMs, code, false);
    if (owner === 'interceptor') {
      this.#intercepted(timeMs, this.#world.hitTest(this.#x, this.#y), code, false);
    }
    // the implicit grab may have ended over another surface
    if (!this.#grab && !this.#held.implicitGrab) this.#followHit(timeMs);
  }

  #intercepted(timeMs: number, hit: Hit, code: number, pressed: boolean): boolean {
    return this.#world.interceptors.some((interceptor) =>
      interceptor.button?.(timeMs, hit, code, pressed),
    );
  }
}
