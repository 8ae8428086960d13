import type { KeyboardNames } from '../../../native/xkb/index.ts';
import type {
  WlKeyboard,
  WlPointer,
  WlTouch,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { Rect } from '../region/rect.ts';
import { Listeners } from '../surface/listeners.ts';
import type { Surface } from '../surface/surface.ts';
import type { AxisInput } from './axis-events.ts';
import { nearestInside, type Point } from './confine.ts';
import type { SeatContext } from './context.ts';
import type {
  ActiveModifiers,
  Hit,
  InputInterceptor,
  PointerGrab,
  PopupGrab,
  SerialOrigin,
  TouchGrab,
} from './input.ts';
import type { KeyboardParts } from './key-state.ts';
import { KeyboardDevice } from './keyboard.ts';
import { PointerDevice } from './pointer.ts';
import { PointerRouter, type PointerWorld } from './pointer-router.ts';
import { SerialHistory } from './serial-history.ts';
import { positionOf, type SceneItems } from './surface-position.ts';

import { TouchDevice } from './touch.ts';

export interface SeatDeps {
  display: { nextSerial(): number };
  scene: SceneItems & {
    hitTest(x: number, y: number): Hit;
    onArrangement(callback: () => void): unknown;
    /** Makes the arrangement anew, after which onArrangement reports the next change. */
    arrange(): void;
  };
  outputs: { readonly outputs: readonly { readonly logical: Rect }[] };
  keyboardNames: KeyboardNames;
  keyboard: KeyboardParts;
  /** CLOCK_MONOTONIC in ms, for events that no input caused. */
  clock: () => number;
  /** Runs the callback after the present batch of client requests; setImmediate outside of tests. */
  schedule?: (callback: () => void) => void;
}

/**
 * The session's one seat: takes the terminal's input and gives it to grabs, interceptors and clients.
 * Positions are global logical pixels, times CLOCK_MONOTONIC ms, codes evdev codes.
 */
export class Seat {
  readonly interceptors: InputInterceptor[] = [];
  /** The client that a drag and drop came from while it lasts; it may still choose the cursor. */
  dragOrigin: WaylandClient | null = null;
  readonly pointer: PointerDevice;
  readonly router: PointerRouter;
  readonly #deps: SeatDeps;
  readonly #serials = new SerialHistory<WaylandClient, Surface>();
  readonly #keyboard: KeyboardDevice;
  readonly #touch: TouchDevice;
  readonly #world: PointerWorld;
  readonly #focusChanged = new Listeners<[surface: Surface | null]>();
  readonly #focusChanging = new Listeners<[client: WaylandClient | null]>();
  readonly #activity = new Listeners();
  readonly #windowFocus = new Listeners();
  #wantedFocus: Surface | null = null;
  #unwatchWanted: (() => void) | null = null;
  #unwatchFocus: (() => void) | null = null;
  /** Has the keyboard instead of the policy's choice. */
  #claimed: Surface | null = null;
  #lock: { focus: Surface | null } | null = null;
  #popupGrab: PopupGrab | null = null;
  #refreshScheduled = false;

  constructor(deps: SeatDeps) {
    this.#deps = deps;
    const context: SeatContext = {
      nextSerial: () => deps.display.nextSerial(),
      serials: this.#serials,
    };
    this.#keyboard = new KeyboardDevice(context, deps.keyboard, deps.keyboardNames, (...event) =>
      this.#activeInterceptors.some((one) => one.key?.(...event)),
    );
    const world = this.#makeWorld();
    this.#world = world;
    this.pointer = new PointerDevice(context);
    this.router = new PointerRouter(this.pointer, world);
    this.#touch = new TouchDevice(context, world);
    deps.scene.onArrangement(() => this.#scheduleRefresh());
  }

  // --- input from the terminal ---

  key(timeMs: number, code: number, pressed: boolean): void {
    this.#keyboard.key(timeMs, code, pressed);
    this.#activity.call();
  }

  pointerMotion(timeMs: number, x: number, y: number): void {
    this.router.motionTo(timeMs, x, y);
    this.#activity.call();
  }

  pointerRelative(timeMs: number, dx: number, dy: number): void {
    this.router.motionBy(timeMs, clampStep(dx), clampStep(dy));
    this.#activity.call();
  }

  pointerButton(timeMs: number, code: number, pressed: boolean): void {
    this.#refreshNow();
    this.router.button(timeMs, code, pressed);
    this.#activity.call();
  }

  pointerAxis(timeMs: number, input: AxisInput): void {
    this.#refreshNow();
    this.router.axis(timeMs, {
      ...input,
      value: clampStep(input.value),
      v120: clampStep(input.v120),
    });
    this.#activity.call();
  }

  /** Ends a group of pointer events that belong together; clients act on them only now. */
  pointerFrame(): void {
    this.pointer.frame();
  }

  touchDown(timeMs: number, id: number, x: number, y: number): void {
    const point = this.#world.keepOnOutputs(x, y);
    this.#touch.down(timeMs, id, point.x, point.y);
    this.#activity.call();
  }

  touchUp(timeMs: number, id: number): void {
    this.#touch.up(timeMs, id);
  }

  touchMotion(timeMs: number, id: number, x: number, y: number): void {
    const point = this.#world.keepOnOutputs(x, y);
    this.#touch.motion(timeMs, id, point.x, point.y);
    this.#activity.call();
  }

  touchFrame(): void {
    this.#touch.frame();
  }

  touchCancel(): void {
    this.#touch.cancel();
  }

  /** The terminal is gone or lost the focus: nothing stays pressed, no grab goes on. Locked modifiers stay. */
  releaseAll(): void {
    const timeMs = this.#deps.clock();
    this.#keyboard.releaseAll(timeMs);
    this.router.releaseAll(timeMs);
    this.#touch.cancel();
  }

  /** @throws Error naming the layout when there is no such layout; nothing changes then */
  setKeyboardNames(names: KeyboardNames): void {
    this.#keyboard.setNames(this.#deps.clock(), names);
  }

  /** CLOCK_MONOTONIC in ms. */
  now(): number {
    return this.#deps.clock();
  }

  /** Runs the callback once the requests that are being handled now are all done. */
  afterBatch(callback: () => void): void {
    const schedule = this.#deps.schedule ?? setImmediate;
    schedule(callback);
  }

  // --- focus and grabs ---

  get keyboardFocus(): Surface | null {
    return this.#keyboard.focus;
  }

  get pointerFocus(): Surface | null {
    return this.pointer.focus;
  }

  get pointerX(): number {
    return this.router.x;
  }

  get pointerY(): number {
    return this.router.y;
  }

  /** Where the surface is in the global space; null when it is not shown. */
  positionOf(surface: Surface): Point | null {
    return positionOf(this.#deps.scene, surface);
  }

  /** How many pointer buttons are down, whoever has them. */
  get heldButtons(): number {
    return this.router.heldCount;
  }

  get modifiers(): ActiveModifiers {
    return this.#keyboard.modifiers;
  }

  /** Lit keyboard LEDs as a mask of 1 << evdev LED code. */
  get leds(): number {
    return this.#keyboard.leds;
  }

  /** The window policy's choice. A popup grab keeps the keyboard as long as the choice stays the same. */
  setKeyboardFocus(surface: Surface | null): void {
    if (surface === this.#wantedFocus) return;
    this.#unwatchWanted?.();
    this.#wantedFocus = surface;
    const forget = () => {
      if (this.#wantedFocus === surface) this.#wantedFocus = null;
    };
    this.#unwatchWanted = surface?.onDestroy(forget) ?? null;
    this.#popupGrab?.onDismiss();
    this.#windowFocus.call();
    this.#applyKeyboardFocus();
  }

  /** The window policy chose another surface. */
  onWindowFocus(callback: () => void): () => void {
    return this.#windowFocus.add(callback);
  }

  /** Gives the keyboard to a surface that is no window, a launcher for instance; null gives it back to the windows. */
  claimKeyboard(surface: Surface | null): void {
    if (surface === this.#claimed) return;
    this.#claimed = surface;
    if (surface) this.#popupGrab?.onDismiss();
    this.#applyKeyboardFocus();
  }

  get locked(): boolean {
    return this.#lock !== null;
  }

  /**
   * Everything that is held down goes up; from then on neither bindings nor popups nor windows get any input. What
   * takes the pointer is the scene's matter, so cover it first.
   */
  lock(): void {
    if (this.#lock) return;
    this.releaseAll();
    this.#popupGrab?.onDismiss();
    this.#lock = { focus: null };
    this.#applyKeyboardFocus();
    this.#refreshPointer();
  }

  /** Who has the keyboard while locked. */
  setLockFocus(surface: Surface | null): void {
    if (!this.#lock) return;
    this.#lock.focus = surface;
    this.#applyKeyboardFocus();
  }

  unlock(): void {
    if (!this.#lock) return;
    this.releaseAll();
    this.#lock = null;
    this.#applyKeyboardFocus();
    this.#refreshPointer();
  }

  /** Set again for each nested popup; null when the last one is gone. */
  setPopupGrab(grab: PopupGrab | null): void {
    this.#popupGrab = grab;
    this.#applyKeyboardFocus();
    this.router.refresh(this.#deps.clock());
  }

  get popupGrab(): PopupGrab | null {
    return this.#popupGrab;
  }

  startPointerGrab(grab: PointerGrab): void {
    this.router.startGrab(grab);
    this.pointer.frame();
  }

  endPointerGrab(): void {
    this.router.endGrab(this.#deps.clock());
  }

  /** @returns false when the point is not down */
  startTouchGrab(id: number, grab: TouchGrab): boolean {
    return this.#touch.startGrab(id, grab);
  }

  /** The touch point that a serial belongs to, while it is down. */
  touchOf(serial: number): { id: number; x: number; y: number } | null {
    return this.#touch.pointOf(serial);
  }

  /** null for a serial that this client was never given, too long ago, or on a surface that is no more. */
  serialOrigin(serial: number, client: WaylandClient): SerialOrigin | null {
    const record = this.#serials.find(serial, client);
    if (!record || record.surface.destroyed) return null;
    const { kind, surface, pressed } = record;
    return { kind, surface, pressed, client, held: this.#isHeld(serial) };
  }

  onFocusChanged(callback: (surface: Surface | null) => void): () => void {
    return this.#focusChanged.add(callback);
  }

  /** Before the client's wl_keyboard.enter: what it must know by then is sent from here. */
  onFocusChanging(callback: (client: WaylandClient | null) => void): () => void {
    return this.#focusChanging.add(callback);
  }

  onActivity(callback: () => void): () => void {
    return this.#activity.add(callback);
  }

  // --- clients ---

  bindPointer(resource: WlPointer): void {
    this.pointer.bind(resource);
  }

  bindKeyboard(resource: WlKeyboard): void {
    this.#keyboard.bind(resource);
  }

  bindTouch(resource: WlTouch): void {
    this.#touch.bind(resource);
  }

  [Symbol.dispose](): void {
    this.#keyboard[Symbol.dispose]();
  }

  #makeWorld() {
    const seat = this;
    const { scene, outputs, clock } = this.#deps;
    return {
      hitTest: (x: number, y: number) => scene.hitTest(x, y),
      positionOf: (surface: Surface) => positionOf(scene, surface),
      keepOnOutputs: (x: number, y: number) =>
        nearestInside(
          outputs.outputs.map((output) => output.logical),
          x,
          y,
        ),
      get interceptors() {
        return seat.#activeInterceptors;
      },
      get popupGrab() {
        return seat.#lock ? null : seat.#popupGrab;
      },
      get timeMs() {
        return clock();
      },
    };
  }

  get #activeInterceptors(): readonly InputInterceptor[] {
    return this.#lock ? [] : this.interceptors;
  }

  get #rightfulFocus(): Surface | null {
    if (this.#lock) return this.#lock.focus;
    return this.#popupGrab?.surface ?? this.#claimed ?? this.#wantedFocus;
  }

  #applyKeyboardFocus(): void {
    const surface = this.#rightfulFocus;
    if (surface === this.#keyboard.focus) return;
    this.#unwatchFocus?.();
    this.#unwatchFocus = surface?.onDestroy(() => this.#focusDied(surface)) ?? null;
    this.#keyboard.setFocus(surface, () => this.#focusChanging.call(surface?.client ?? null));
    this.#focusChanged.call(surface);
  }

  /** The policy hears of it as of any other change and chooses anew. */
  #focusDied(surface: Surface): void {
    this.#unwatchFocus?.();
    this.#unwatchFocus = null;
    this.#keyboard.forgetFocus();
    if (this.#popupGrab?.surface === surface) this.#popupGrab = null;
    if (this.#wantedFocus === surface) this.#wantedFocus = null;
    if (this.#claimed === surface) this.#claimed = null;
    if (this.#lock?.focus === surface) this.#lock.focus = null;
    this.#focusChanging.call(null);
    this.#focusChanged.call(null);
    this.#applyKeyboardFocus();
  }

  #isHeld(serial: number): boolean {
    return (
      this.pointer.buttonOf(serial) !== null ||
      this.#touch.pointOf(serial) !== null ||
      this.#keyboard.isHeld(serial)
    );
  }

  /** Once per batch: a client that commits a hundred times must not cost a hundred hit tests. */
  #scheduleRefresh(): void {
    if (this.#refreshScheduled) return;
    this.#refreshScheduled = true;
    this.afterBatch(() => this.#refreshNow());
  }

  /** Input must meet the scene as it is, also when the batch has not ended yet. */
  #refreshNow(): void {
    if (!this.#refreshScheduled) return;
    this.#refreshPointer();
  }

  #refreshPointer(): void {
    this.#refreshScheduled = false;
    this.#deps.scene.arrange();
    this.router.refresh(this.#deps.clock());
  }
}

/** No hand moves further at once, and wl_fixed has no room for everything that a terminal might send. */
const STEP_MAX = 100_000;

function clampStep(value: number): number {
  return Number.isFinite(value) ? Math.max(-STEP_MAX, Math.min(STEP_MAX, value)) : 0;
}
