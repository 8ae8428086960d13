import type { Seat } from '../compositor/seat/seat.ts';
import type { Change, PointerOperation } from './policy.ts';
import { edgeCursor } from './title-bar-layout.ts';

/** What the user holds while moving or resizing. */
export type OperationSource =
  | { readonly kind: 'pointer' }
  | { readonly kind: 'touch'; readonly id: number };

/** Gives the policy the pointer, or the finger, that began an operation, for as long as the operation lasts. */
export class OperationInput {
  readonly #seat: Seat;
  readonly #report: (change: Change) => void;
  #source: OperationSource = { kind: 'pointer' };
  #active: OperationSource | null = null;

  constructor(seat: Seat, report: (change: Change) => void) {
    this.#seat = seat;
    this.#report = report;
  }

  /** What the operation that the policy may begin next would be done with. */
  expect(source: OperationSource): void {
    this.#source = source;
  }

  set(operation: PointerOperation | null): void {
    if (operation) this.#begin(operation);
    else this.#end();
  }

  #begin({ kind, edges }: PointerOperation): void {
    if (this.#active) this.#end();
    this.#active = this.#source;
    if (this.#source.kind === 'touch') {
      this.#beginTouch(this.#source.id);
      return;
    }
    this.#seat.startPointerGrab({
      motion: (_timeMs, x, y) => this.#report({ kind: 'pointer', at: { x, y } }),
      button: (_timeMs, _code, pressed) => {
        if (!pressed) this.#released({ x: this.#seat.pointerX, y: this.#seat.pointerY }, false);
      },
      cancel: () => this.#cancelled({ x: this.#seat.pointerX, y: this.#seat.pointerY }),
    });
    this.#seat.router.onServerShape.call(kind === 'move' ? 'grabbing' : edgeCursor(edges));
  }

  #beginTouch(id: number): void {
    let at = { x: 0, y: 0 };
    const started = this.#seat.startTouchGrab(id, {
      motion: (_timeMs, x, y) => {
        at = { x, y };
        this.#report({ kind: 'pointer', at });
      },
      up: () => this.#released(at, false),
      cancel: () => this.#cancelled(at),
    });
    if (!started) queueMicrotask(() => this.#cancelled(at));
  }

  #released(at: { x: number; y: number }, cancelled: boolean): void {
    this.#report({ kind: 'pointerReleased', at, cancelled });
  }

  /** The seat has already taken the input away. */
  #cancelled(at: { x: number; y: number }): void {
    this.#active = null;
    this.#released(at, true);
  }

  #end(): void {
    const active = this.#active;
    this.#active = null;
    this.#source = { kind: 'pointer' };
    if (active?.kind === 'pointer') this.#seat.endPointerGrab();
  }
}
