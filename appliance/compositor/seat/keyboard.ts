import type { KeyboardNames } from '../../../native/xkb/index.ts';
import type { WlKeyboard } from '../../../protocol/wayland/generated/wayland.ts';
import {
  WlKeyboardKeymapFormat,
  WlKeyboardKeyState,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { Surface } from '../surface/surface.ts';
import { ClientResources } from './client-resources.ts';
import type { SeatContext } from './context.ts';
import type { ActiveModifiers } from './input.ts';
import { type KeyboardParts, KeyState } from './key-state.ts';
import { PressedKeys } from './pressed-keys.ts';

/** Keys a second and the wait before the first repeat; the client does the repeating. */
const REPEAT_PER_SECOND = 25;
const REPEAT_DELAY_MS = 600;

export type KeyIntercept = (
  timeMs: number,
  code: number,
  pressed: boolean,
  keysym: number,
  modifiers: ActiveModifiers,
) => boolean;

/** The seat's one keyboard and the wl_keyboard objects that follow it. */
export class KeyboardDevice {
  readonly #context: SeatContext;
  readonly #parts: KeyboardParts;
  readonly #intercept: KeyIntercept;
  readonly #resources = new ClientResources<WlKeyboard>();
  readonly #pressed = new PressedKeys();
  #keys: KeyState;
  #names: KeyboardNames;
  #focus: Surface | null = null;
  #lastKey: { serial: number; code: number } | null = null;

  /** @param intercept whether the compositor keeps this event to itself */
  constructor(
    context: SeatContext,
    parts: KeyboardParts,
    names: KeyboardNames,
    intercept: KeyIntercept,
  ) {
    this.#context = context;
    this.#parts = parts;
    this.#intercept = intercept;
    this.#names = names;
    this.#keys = new KeyState(parts, names);
  }

  get focus(): Surface | null {
    return this.#focus;
  }

  get modifiers(): ActiveModifiers {
    return this.#keys.active;
  }

  get leds(): number {
    return this.#keys.leds;
  }

  /** Whether the key whose press has this serial is still down. */
  isHeld(serial: number): boolean {
    return this.#lastKey?.serial === serial && this.#pressed.has(this.#lastKey.code);
  }

  bind(resource: WlKeyboard): void {
    if (!this.#resources.add(resource)) return;
    this.#sendKeymap(resource);
    resource.sendRepeatInfo(REPEAT_PER_SECOND, REPEAT_DELAY_MS);
    if (this.#focus?.client === resource.client) this.#sendEnter([resource], this.#focus);
  }

  /** @param beforeEnter runs between leave and enter: the place where selections are told */
  setFocus(surface: Surface | null, beforeEnter: () => void): void {
    if (surface === this.#focus) return;
    this.#sendLeave();
    this.#focus = surface;
    beforeEnter();
    // beforeEnter may end a client, and with it the surface
    if (surface && this.#focus === surface) {
      this.#sendEnter(this.#resources.of(surface.client), surface);
    }
  }

  /** For a surface that is no more: it gets no leave. */
  forgetFocus(): void {
    this.#focus = null;
  }

  key(timeMs: number, code: number, pressed: boolean): void {
    if (!Number.isInteger(code) || code < 0 || code > this.#parts.keyCodeMax) return;
    if (this.#pressed.has(code) === pressed) return;
    const keysym = this.#keys.keysym(code);
    const consumed = this.#intercept(timeMs, code, pressed, keysym, this.modifiers);
    if (pressed) this.#pressed.press(code, !consumed);
    const visible = pressed ? !consumed : this.#pressed.release(code);
    if (visible) this.#sendKey(timeMs, code, pressed);
    if (this.#keys.key(code, pressed)) this.#sendModifiers();
    // The application can draw while what came with the press is seen to, its release for instance.
    if (pressed && visible) this.#focus?.client.flush();
  }

  /** Every key up, latches forgotten; locks stay. */
  releaseAll(timeMs: number): void {
    for (const code of this.#pressed.all()) this.key(timeMs, code, false);
    this.#keys.clearLatches();
    this.#sendModifiers();
  }

  /** @throws Error naming the layout when there is no such layout; nothing changes then */
  setNames(timeMs: number, names: KeyboardNames): void {
    // each terminal that attaches names its layout: clients must not compile the same keymap again
    if (sameNames(names, this.#names)) return;
    const next = new KeyState(this.#parts, names);
    // a key means something else in the next layout: none may be down across the change
    this.releaseAll(timeMs);
    next.restoreLocks(this.#keys.leds);
    this.#keys[Symbol.dispose]();
    this.#keys = next;
    this.#names = names;
    for (const resource of this.#resources.all()) this.#sendKeymap(resource);
    this.#sendModifiers();
  }

  [Symbol.dispose](): void {
    this.#keys[Symbol.dispose]();
  }

  #sendKeymap(resource: WlKeyboard): void {
    const { fd, size } = this.#keys.file;
    resource.sendKeymap(WlKeyboardKeymapFormat.xkbV1, fd, size);
  }

  #sendEnter(resources: Iterable<WlKeyboard>, surface: Surface): void {
    const serial = this.#record('enter', surface, false);
    const keys = Uint32Array.from(this.#pressed.visible());
    for (const resource of resources) resource.sendEnter(serial, surface.resource, keys);
    this.#sendModifiers(resources);
  }

  #sendLeave(): void {
    const surface = this.#focus;
    if (!surface) return;
    const serial = this.#context.nextSerial();
    for (const resource of this.#resources.of(surface.client)) {
      resource.sendLeave(serial, surface.resource);
    }
  }

  #sendKey(timeMs: number, code: number, pressed: boolean): void {
    const surface = this.#focus;
    if (!surface) return;
    const serial = this.#record('key', surface, pressed);
    if (pressed) this.#lastKey = { serial, code };
    const state = pressed ? WlKeyboardKeyState.pressed : WlKeyboardKeyState.released;
    for (const resource of this.#resources.of(surface.client)) {
      resource.sendKey(serial, timeMs, code, state);
    }
  }

  #sendModifiers(resources?: Iterable<WlKeyboard>): void {
    const surface = this.#focus;
    if (!surface) return;
    const { depressed, latched, locked, group } = this.#keys.modifiers;
    const serial = this.#context.nextSerial();
    for (const resource of resources ?? this.#resources.of(surface.client)) {
      resource.sendModifiers(serial, depressed, latched, locked, group);
    }
  }

  #record(kind: 'enter' | 'key', surface: Surface, pressed: boolean): number {
    const serial = this.#context.nextSerial();
    this.#context.serials.record({ serial, client: surface.client, kind, surface, pressed });
    return serial;
  }
}

function sameNames(a: KeyboardNames, b: KeyboardNames): boolean {
  const parts = ['rules', 'model', 'layout', 'variant', 'options'] as const;
  return parts.every((part) => a[part] === b[part]);
}
