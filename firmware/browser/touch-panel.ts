import { type PointerDeps, placeOf } from './pointer.ts';

const MAX_FINGERS = 16;

/** Fingers on the session's picture. */
export class TouchPanel {
  readonly #deps: PointerDeps;
  /** Numbers of the fingers by PointerEvent.pointerId. */
  readonly #fingers = new Map<number, number>();

  constructor(deps: PointerDeps) {
    this.#deps = deps;
    const on = (kind: 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel') =>
      deps.element.addEventListener(kind, (event) => {
        if (event.pointerType !== 'touch') return;
        // Otherwise a tap comes a second time, as a mouse.
        event.preventDefault();
        this.#take(kind, event);
      });
    on('pointerdown');
    on('pointermove');
    on('pointerup');
    on('pointercancel');
  }

  forget(): void {
    this.#fingers.clear();
  }

  #take(kind: string, event: PointerEvent): void {
    const { send } = this.#deps;
    if (kind === 'pointerdown') return this.#down(event);
    const id = this.#fingers.get(event.pointerId);
    if (id === undefined) return;
    if (kind === 'pointermove') {
      send({ type: 'TouchMotion', id, ...placeOf(event, this.#deps) });
      send({ type: 'TouchFrame' });
    } else if (kind === 'pointerup') {
      this.#fingers.delete(event.pointerId);
      send({ type: 'TouchUp', id });
      send({ type: 'TouchFrame' });
    } else {
      // The browser took the gesture for itself; the session cannot be told of one finger alone.
      this.#fingers.clear();
      send({ type: 'TouchCancel' });
    }
  }

  #down(event: PointerEvent): void {
    const id = this.#freeNumber();
    if (id === null) return;
    this.#deps.element.focus({ preventScroll: true });
    this.#fingers.set(event.pointerId, id);
    this.#deps.send({ type: 'TouchDown', id, ...placeOf(event, this.#deps) });
    this.#deps.send({ type: 'TouchFrame' });
  }

  #freeNumber(): number | null {
    const taken = new Set(this.#fingers.values());
    for (let id = 0; id < MAX_FINGERS; id++) if (!taken.has(id)) return id;
    return null;
  }
}
