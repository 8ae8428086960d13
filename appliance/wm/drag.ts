import type { Desk } from './desk.ts';
import { type FloatingWindow, hasTitleBar, setFloatingSize } from './floating-window.ts';
import { type Edges, noEdges, type Point, type Size } from './geometry.ts';
import { movedTo, type Operation, resizedTo } from './interactive.ts';
import type { PointerOperation, WindowId } from './policy.ts';
import { dropMode } from './snap.ts';
import { TITLE_BAR_HEIGHT } from './title-bar-layout.ts';

/** How far a window that fills its output is dragged before it comes loose. Logical pixels. */
const LOOSEN_DISTANCE = 12;

/** The move or resize that the user is in the middle of. */
export class Drag {
  readonly #desk: Desk;
  #operation: Operation | null = null;
  #at: Point = { x: 0, y: 0 };

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get operation(): PointerOperation | null {
    if (!this.#operation) return null;
    const { window, kind, edges } = this.#operation;
    return { window, kind, edges };
  }

  move(id: WindowId, at: Point): void {
    this.#begin('move', id, at, noEdges);
  }

  resize(id: WindowId, at: Point, edges: Edges): void {
    if (this.#desk.mapped(id)?.mode === 'floating') this.#begin('resize', id, at, edges);
  }

  #begin(kind: Operation['kind'], id: WindowId, at: Point, edges: Edges): void {
    const window = this.#desk.mapped(id);
    if (!window || this.#operation || window.mode === 'fullscreen') return;
    const corner = window.at ?? { x: 0, y: 0 };
    const geometry = { ...corner, ...window.actual };
    this.#operation = { kind, window: id, start: at, geometry, edges };
    this.#at = at;
    window.isHeld = true;
    window.refit = null;
    if (kind === 'resize') window.squeeze = null;
    window.anchor = kind === 'resize' ? this.#operation : null;
  }

  moved(at: Point): void {
    if (!this.#operation) return;
    this.#at = at;
    const window = this.#desk.mapped(this.#operation.window);
    if (!window || this.#operation.kind !== 'move') return;
    if (window.mode !== 'floating') this.#loosen(window, at);
    if (window.mode === 'floating') window.at = this.#movedTo(window);
  }

  /** A dragged window that filled its output floats again, with the pointer at the same share of its width. */
  #loosen(window: FloatingWindow, at: Point): void {
    const operation = this.#operation;
    if (!operation) return;
    const distance = Math.hypot(at.x - operation.start.x, at.y - operation.start.y);
    if (distance < LOOSEN_DISTANCE) return;
    const frame = this.#desk.shownFrame(window);
    const share = (operation.start.x - frame.x) / Math.max(1, frame.width);
    this.#desk.setMode(window, 'floating');
    const size = window.size ?? window.actual;
    const top = hasTitleBar(window) ? TITLE_BAR_HEIGHT : 0;
    const x = Math.round(operation.start.x - share * size.width);
    this.#operation = { ...operation, geometry: { x, y: frame.y + top, ...size } };
  }

  #movedTo(window: FloatingWindow): Point {
    if (!this.#operation) return window.at ?? { x: 0, y: 0 };
    const top = hasTitleBar(window) ? TITLE_BAR_HEIGHT : 0;
    return movedTo(this.#operation, this.#at, this.#desk.outputAt(this.#at).usable.y + top);
  }

  ended(at: Point, cancelled: boolean): void {
    const operation = this.#operation;
    if (!operation) return;
    this.moved(at);
    const window = this.#desk.mapped(operation.window);
    if (window && operation.kind === 'resize') {
      const size = this.sizeOf(window);
      if (size) setFloatingSize(window, size);
      window.squeeze = null;
    }
    const hasMoved = at.x !== operation.start.x || at.y !== operation.start.y;
    if (window && operation.kind === 'move' && hasMoved && !cancelled) this.#drop(window, at);
    this.forget(operation.window);
  }

  #drop(window: FloatingWindow, at: Point): void {
    const output = this.#desk.outputAt(at);
    const mode = dropMode(at, output.area);
    if (window.mode !== 'floating' || mode === 'floating') return;
    this.#desk.setMode(window, mode);
    window.output = output.id;
    const geometry = this.#operation?.geometry;
    if (geometry) window.at = { x: geometry.x, y: geometry.y };
  }

  /** Ends the operation on this window where it is. */
  forget(id: WindowId): void {
    if (this.#operation?.window !== id) return;
    this.#operation = null;
    const window = this.#desk.windows.get(id);
    if (window) window.isHeld = false;
  }

  /** The size to propose to a floating window. */
  sizeOf(window: FloatingWindow): Size | null {
    const operation = this.#operation;
    if (operation?.window !== window.info.id || operation.kind !== 'resize') return window.size;
    return resizedTo(operation, this.#at, window.info.minSize, window.info.maxSize);
  }
}
