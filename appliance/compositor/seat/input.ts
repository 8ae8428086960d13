import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { SceneHit } from '../scene/scene.ts';
import type { Surface } from '../surface/surface.ts';
import type { AxisInput } from './axis-events.ts';
import type { SerialKind } from './serial-history.ts';

/** What is under a point of the global space; see Scene.hitTest. */
export type Hit = SceneHit | null;

/** Modifiers in effect, be they held, latched or locked. */
export interface ActiveModifiers {
  shift: boolean;
  control: boolean;
  alt: boolean;
  super: boolean;
}

/**
 * Takes the whole pointer while it lasts: no client sees anything of it. Coordinates are global logical pixels.
 * The owner ends it with Seat.endPointerGrab(); cancel() is called when somebody else ends it (releaseAll, another grab).
 */
export interface PointerGrab {
  motion(timeMs: number, x: number, y: number): void;
  button(timeMs: number, code: number, pressed: boolean): void;
  axis?(timeMs: number, input: AxisInput): void;
  cancel(): void;
}

/** The same for one touch point; it ends with up() or cancel(). */
export interface TouchGrab {
  motion(timeMs: number, x: number, y: number): void;
  up(timeMs: number): void;
  cancel(): void;
}

/**
 * Sees input before clients do; the first of Seat.interceptors that returns true consumes the event. The release of a
 * consumed press is shown to the interceptors again and never reaches a client.
 */
export interface InputInterceptor {
  key?(
    timeMs: number,
    code: number,
    pressed: boolean,
    keysym: number,
    modifiers: ActiveModifiers,
  ): boolean;
  button?(timeMs: number, hit: Hit, code: number, pressed: boolean): boolean;
  touchDown?(timeMs: number, hit: Hit, id: number, x: number, y: number): boolean;
  /** @returns a cursor shape by its CSS name while the pointer is over something that is no surface */
  motion?(x: number, y: number, hit: Hit): string | null;
}

/** An xdg popup grab: other clients' surfaces get no input, a press on them dismisses it. */
export interface PopupGrab {
  /** The topmost popup; it has the keyboard. */
  surface: Surface;
  onDismiss(): void;
}

/** Where a serial came from, for requests that need a cause. */
export interface SerialOrigin {
  kind: SerialKind;
  surface: Surface;
  pressed: boolean;
  /** The button, key or touch point of that press is still down. */
  held: boolean;
  client: WaylandClient;
}
