import type { InputDevice, InputEvent } from '../../native/input/index.ts';
import { Fingers } from './fingers.ts';
import { HeldCodes } from './held-codes.ts';
import type { Input } from './input-sender.ts';
import { type PlaceOnOutput, PointerPlace, type SeatOutput } from './pointer-place.ts';
import { scrollInputs } from './scrolling.ts';

/** evdev codes: linux/input-event-codes.h */
const BTN_LEFT = 0x110;
/** What a pen's buttons mean to a session that knows pointers alone. */
const PEN_BUTTONS: Readonly<Record<number, number>> = { 331: 0x111, 332: 0x112, 329: 0x113 };

/** A hand's movement at once; the wire has room for more. */
const FAR = 100_000;

export interface SeatEventDeps {
  input(input: Input): void;
  moved(output: number, x: number, y: number): void;
  releaseAll(): void;
  seatChanged?(active: boolean): void;
}

type Of<Type extends InputEvent['type']> = Extract<InputEvent, { type: Type }>;

/** Makes of what devices did what the session is told: one pointer, one keyboard, numbered fingers. */
export class SeatEvents {
  readonly #deps: SeatEventDeps;
  readonly #device: (id: number) => InputDevice | null;
  readonly #pointer = new PointerPlace();
  readonly #keys = new HeldCodes();
  readonly #buttons = new HeldCodes();
  readonly #fingers = new Fingers();
  #told: PlaceOnOutput | null = null;
  #touched = false;

  /** @param device those that are there, by id */
  constructor(deps: SeatEventDeps, device: (id: number) => InputDevice | null) {
    this.#deps = deps;
    this.#device = device;
  }

  setOutputs(outputs: readonly SeatOutput[]): void {
    this.#pointer.setOutputs(outputs);
    if (this.#tellPlace()) this.#frame();
  }

  /** Nothing is pressed or touched any more, whatever the devices still hold. */
  releaseAll(): void {
    this.#keys.clear();
    this.#buttons.clear();
    this.#fingers.clear();
    this.#touched = false;
    this.#deps.releaseAll();
  }

  handle(event: InputEvent): void {
    switch (event.type) {
      case 'key':
        return this.#key(event.device, event.code, event.pressed);
      case 'button':
        return this.#button(event.device, event.code, event.pressed);
      case 'motion':
        return this.#motion(event);
      case 'place':
      case 'pen-place':
      case 'pen-near':
        return this.#place(event.device, event.x, event.y);
      case 'pen-tip':
        this.#pointer.moveTo(event.x, event.y, this.#outputOf(event.device));
        return this.#button(event.device, BTN_LEFT, event.down);
      case 'pen-button':
        return this.#button(event.device, PEN_BUTTONS[event.code] ?? event.code, event.pressed);
      case 'scroll':
        return this.#scroll(event);
      case 'touch-down':
      case 'touch-motion':
        return this.#touchAt(event);
      case 'touch-up':
        return this.#touchUp(event.device, event.slot);
      case 'touch-cancel':
        return this.#touchCancel();
      case 'touch-frame':
        return this.#touchFrame();
      case 'removed':
        return this.#removed(event.device);
      case 'seat':
        return this.#seat(event.active);
      // The wire has no messages for what hands do on touchpads, nor for lids.
      case 'gesture':
      case 'switch':
      case 'added':
        return;
    }
  }

  #key(device: number, code: number, pressed: boolean): void {
    if (pressed ? this.#keys.press(device, code) : this.#keys.release(device, code))
      this.#deps.input({ type: 'Key', code, pressed });
  }

  /** The place goes along: the session may be one that was not shown when the pointer moved. */
  #button(device: number, code: number, pressed: boolean): void {
    const told = this.#tellPlace(pressed);
    const news = pressed ? this.#buttons.press(device, code) : this.#buttons.release(device, code);
    if (news) this.#deps.input({ type: 'PointerButton', code, pressed });
    if (told || news) this.#frame();
  }

  /**
   * The session makes relative movements of places. Of what the edge keeps the pointer from it knows nothing, and a
   * program that holds the pointer to look around would stop there: that part is told by itself.
   */
  #motion({ dx, dy, dxRaw, dyRaw }: Of<'motion'>): void {
    const left = this.#pointer.moveBy(dx, dy);
    const moved = this.#tellPlace();
    const pushed = left.dx !== 0 || left.dy !== 0;
    if (pushed)
      this.#deps.input({
        type: 'PointerRelative',
        dx: fixed(left.dx),
        dy: fixed(left.dy),
        dxRaw: fixed(share(left.dx, dx) * dxRaw),
        dyRaw: fixed(share(left.dy, dy) * dyRaw),
      });
    if (moved || pushed) this.#frame();
  }

  #place(device: number, x: number, y: number): void {
    this.#pointer.moveTo(x, y, this.#outputOf(device));
    if (this.#tellPlace()) this.#frame();
  }

  #scroll(event: Of<'scroll'>): void {
    const inputs = scrollInputs(event);
    if (inputs.length > 0) this.#tellPlace(true);
    for (const input of inputs) this.#deps.input(input);
    if (inputs.length > 0) this.#frame();
  }

  #touchAt({ type, device, slot, x, y }: Of<'touch-down' | 'touch-motion'>): void {
    const place = this.#pointer.find(x, y, this.#outputOf(device));
    if (!place) return;
    const down = type === 'touch-down';
    const id = down ? this.#fingers.down(device, slot) : this.#fingers.find(device, slot);
    if (id === null) return;
    this.#deps.input({ type: down ? 'TouchDown' : 'TouchMotion', id, ...onWire(place) });
    this.#touched = true;
  }

  #touchUp(device: number, slot: number): void {
    const id = this.#fingers.up(device, slot);
    if (id === null) return;
    this.#deps.input({ type: 'TouchUp', id });
    this.#touched = true;
  }

  /** The wire takes back all fingers at once. */
  #touchCancel(): void {
    this.#fingers.clear();
    this.#touched = false;
    this.#deps.input({ type: 'TouchCancel' });
  }

  #touchFrame(): void {
    if (!this.#touched) return;
    this.#touched = false;
    this.#deps.input({ type: 'TouchFrame' });
  }

  /** libinput lets go of what a device held before it goes; nothing is taken for granted here. */
  #removed(device: number): void {
    const held =
      this.#keys.holdsAny(device) ||
      this.#buttons.holdsAny(device) ||
      this.#fingers.touchAny(device);
    if (held) this.releaseAll();
  }

  #seat(active: boolean): void {
    if (!active) this.releaseAll();
    this.#deps.seatChanged?.(active);
  }

  /** @param again also when it is no news @returns whether it was told */
  #tellPlace(again = false): boolean {
    const place = this.#pointer.onOutput;
    const news = place !== null && !samePlace(place, this.#told);
    if (!place || (!news && !again)) return false;
    this.#told = place;
    if (news) this.#deps.moved(place.output, place.x, place.y);
    this.#deps.input({ type: 'PointerMotion', ...onWire(place) });
    return true;
  }

  #frame(): void {
    this.#deps.input({ type: 'PointerFrame' });
  }

  #outputOf(device: number): string | null {
    return this.#device(device)?.output ?? null;
  }
}

function onWire({ output, x, y }: PlaceOnOutput): PlaceOnOutput {
  return { output, x: Math.round(x * 256), y: Math.round(y * 256) };
}

function samePlace(one: PlaceOnOutput, other: PlaceOnOutput | null): boolean {
  return other !== null && one.output === other.output && one.x === other.x && one.y === other.y;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function fixed(value: number): number {
  const near = Number.isFinite(value) ? Math.max(-FAR, Math.min(FAR, value)) : 0;
  return Math.round(near * 256);
}
