import type { WlPointer } from '../../../protocol/wayland/generated/wayland.ts';
import { WlPointerButtonState } from '../../../protocol/wayland/generated/wayland.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import type { Surface } from '../surface/surface.ts';
import { type AxisInput, sendAxisEvents } from './axis-events.ts';
import { ClientResources } from './client-resources.ts';
import type { SeatContext } from './context.ts';
import { WheelClicker } from './wheel.ts';

/** Wire precision: what differs by less is the same position to a client. */
const FIXED_STEPS = 256;

/** The wl_pointer objects: who has the focus, and what the focused client is told. Routing is PointerRouter's. */
export class PointerDevice {
  readonly #context: SeatContext;
  readonly #resources = new ClientResources<WlPointer>();
  readonly #unframed = new Set<WaylandClient>();
  readonly #clickers = { vertical: new WheelClicker(), horizontal: new WheelClicker() };
  #focus: Surface | null = null;
  /** Surface-local position as last told to the focus. */
  #local = { x: 0, y: 0 };
  #enterSerial = 0;
  #axisInFrame = false;
  /** Serial of each press that the focus got, until its release; Seat bounds the buttons. */
  readonly #pressSerials = new Map<number, number>();

  constructor(context: SeatContext) {
    this.#context = context;
  }

  get focus(): Surface | null {
    return this.#focus;
  }

  /** The oldest enter that a set_cursor of the focused client may answer. */
  get enterSerial(): number {
    return this.#enterSerial;
  }

  /** The button whose press has this serial, while the focused client holds it. */
  buttonOf(serial: number): number | null {
    for (const [code, pressSerial] of this.#pressSerials) {
      if (pressSerial === serial) return code;
    }
    return null;
  }

  bind(resource: WlPointer): void {
    if (!this.#resources.add(resource)) return;
    const surface = this.#focus;
    if (surface?.client !== resource.client) return;
    const serial = this.#recordEnter(surface);
    resource.sendEnter(serial, surface.resource, this.#local.x, this.#local.y);
    resource.sendFrame();
  }

  /** @param x surface-local, as y */
  setFocus(surface: Surface | null, x: number, y: number): void {
    if (surface === this.#focus) return;
    this.#sendLeave();
    this.#focus = surface;
    this.#pressSerials.clear();
    this.#local = { x, y };
    this.#clickers.vertical.reset();
    this.#clickers.horizontal.reset();
    if (!surface) return;
    const serial = this.#recordEnter(surface);
    this.#enterSerial = serial;
    for (const resource of this.#resources.of(surface.client)) {
      resource.sendEnter(serial, surface.resource, x, y);
    }
    this.#unframed.add(surface.client);
  }

  /** For a surface that is no more: it gets no leave. */
  forgetFocus(): void {
    this.#focus = null;
    this.#pressSerials.clear();
  }

  /** Tells a position unless the client knows it already. */
  motion(timeMs: number, x: number, y: number): void {
    const surface = this.#focus;
    if (!surface || (sameFixed(x, this.#local.x) && sameFixed(y, this.#local.y))) return;
    this.#local = { x, y };
    for (const resource of this.#resources.of(surface.client)) resource.sendMotion(timeMs, x, y);
    this.#unframed.add(surface.client);
  }

  button(timeMs: number, code: number, pressed: boolean): void {
    const surface = this.#focus;
    if (!surface) return;
    const { client } = surface;
    const serial = this.#context.nextSerial();
    this.#context.serials.record({ serial, client, kind: 'button', surface, pressed });
    if (pressed) this.#pressSerials.set(code, serial);
    else this.#pressSerials.delete(code);
    const state = pressed ? WlPointerButtonState.pressed : WlPointerButtonState.released;
    for (const resource of this.#resources.of(client)) {
      resource.sendButton(serial, timeMs, code, state);
    }
    this.#unframed.add(client);
  }

  axis(timeMs: number, input: AxisInput): void {
    const surface = this.#focus;
    if (!surface) return;
    const clicker = this.#clickers[input.axis];
    const clicks = input.v120 === 0 ? null : clicker.add(input.v120, input.value);
    for (const resource of this.#resources.of(surface.client)) {
      sendAxisEvents(resource, timeMs, input, clicks, !this.#axisInFrame);
    }
    this.#axisInFrame = true;
    this.#unframed.add(surface.client);
  }

  /** For protocols that add events to the focused client's frame. */
  markUnframed(client: WaylandClient): void {
    this.#unframed.add(client);
  }

  /** Ends the frame of every client that got something. */
  frame(): void {
    this.#axisInFrame = false;
    for (const client of this.#unframed) {
      for (const resource of this.#resources.of(client)) resource.sendFrame();
    }
    this.#unframed.clear();
  }

  #sendLeave(): void {
    const surface = this.#focus;
    if (!surface) return;
    const serial = this.#context.nextSerial();
    for (const resource of this.#resources.of(surface.client)) {
      resource.sendLeave(serial, surface.resource);
    }
    this.#unframed.add(surface.client);
  }

  #recordEnter(surface: Surface): number {
    const serial = this.#context.nextSerial();
    const { client } = surface;
    this.#context.serials.record({ serial, client, kind: 'enter', surface, pressed: false });
    return serial;
  }
}

function sameFixed(a: number, b: number): boolean {
  return Math.round(a * FIXED_STEPS) === Math.round(b * FIXED_STEPS);
}
