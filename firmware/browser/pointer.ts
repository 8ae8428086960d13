import type { Input } from '../input/input-sender.ts';
import { wheelInputs } from './wheel.ts';

/** evdev BTN_ codes by MouseEvent.button: left, middle, right, back (BTN_SIDE), forward (BTN_EXTRA). */
const BUTTONS = [0x110, 0x112, 0x111, 0x113, 0x114] as const;

export interface PointerDeps {
  /** Fills the window; positions count from its corner. */
  readonly element: HTMLElement;
  readonly send: (input: Input) => void;
  /** Number of the screen. */
  readonly output: number;
  /** Device pixels per CSS pixel. */
  readonly scale: () => number;
}

/** Mouse, pen and wheel over the session's picture. Fingers are TouchPanel's. */
export class Pointer {
  readonly #deps: PointerDeps;
  readonly #held = new Set<number>();

  constructor(deps: PointerDeps) {
    this.#deps = deps;
    const { element } = deps;
    element.addEventListener('mousedown', (event) => this.#pressed(event));
    element.addEventListener('wheel', (event) => this.#turned(event), { passive: false });
    for (const kind of ['contextmenu', 'auxclick', 'dragstart', 'selectstart'] as const) {
      element.addEventListener(kind, (event) => event.preventDefault());
    }
    // The window's, since a drag goes on outside the element and even outside the window.
    window.addEventListener('mousemove', (event) => this.#moved(event));
    window.addEventListener('mouseup', (event) => this.#released(event));
  }

  /** The session was told already that nothing is pressed. */
  forget(): void {
    this.#held.clear();
  }

  #pressed(event: MouseEvent): void {
    const code = BUTTONS[event.button];
    event.preventDefault();
    this.#deps.element.focus({ preventScroll: true });
    if (code === undefined) return;
    this.#held.add(code);
    this.#place(event);
    this.#button(code, true);
  }

  #released(event: MouseEvent): void {
    const code = BUTTONS[event.button];
    if (code === undefined || !this.#held.delete(code)) return;
    // The back button would leave the page.
    event.preventDefault();
    this.#place(event);
    this.#button(code, false);
  }

  #moved(event: MouseEvent): void {
    if (this.#held.size === 0 && !this.#isOver(event)) return;
    this.#place(event);
    this.#deps.send({ type: 'PointerFrame' });
  }

  #turned(event: WheelEvent): void {
    // Asked for first, as Firefox gives lines only to those who know of them.
    const { deltaMode } = event;
    event.preventDefault();
    const { deltaX, deltaY } = event;
    const { wheelDeltaX, wheelDeltaY } = event as WheelEvent & {
      wheelDeltaX?: number;
      wheelDeltaY?: number;
    };
    const legacy =
      wheelDeltaX === undefined || wheelDeltaY === undefined ? {} : { wheelDeltaX, wheelDeltaY };
    for (const input of wheelInputs({ deltaMode, deltaX, deltaY, ...legacy })) {
      this.#deps.send(input);
    }
  }

  #isOver(event: MouseEvent): boolean {
    return event.target instanceof Node && this.#deps.element.contains(event.target);
  }

  #place(event: MouseEvent): void {
    this.#deps.send({ type: 'PointerMotion', ...placeOf(event, this.#deps) });
  }

  #button(code: number, pressed: boolean): void {
    this.#deps.send({ type: 'PointerButton', code, pressed });
    this.#deps.send({ type: 'PointerFrame' });
  }
}

/** In 1/256 device pixels. */
export function placeOf(
  { clientX, clientY }: { clientX: number; clientY: number },
  { output, scale }: Pick<PointerDeps, 'output' | 'scale'>,
): { output: number; x: number; y: number } {
  const factor = scale() * 256;
  return { output, x: Math.round(clientX * factor), y: Math.round(clientY * factor) };
}
