/** The pointer rests this long at the top edge before the bar comes: applications have things there as well. */
const DWELL_MS = 350;
const EDGE_PX = 1;

export interface BarElements {
  readonly bar: HTMLElement;
  /** Calls the bar by touch. */
  readonly handle: HTMLElement;
  readonly back: HTMLElement;
  readonly screen: HTMLElement;
}

/** The terminal's own controls, out of the way at the top edge until they are called. */
export class Bar {
  readonly #elements: BarElements;
  #dwell: ReturnType<typeof setTimeout> | null = null;

  constructor(elements: BarElements) {
    this.#elements = elements;
    const { bar, handle, back } = elements;
    window.addEventListener('mousemove', (event) => this.#moved(event));
    bar.addEventListener('focusout', (event) => {
      const stays = event.relatedTarget instanceof Node && bar.contains(event.relatedTarget);
      if (!stays && document.hasFocus()) this.#hide();
    });
    bar.addEventListener('keydown', (event) => {
      const leaves =
        event.code === 'Escape' || (event.code === 'KeyG' && event.ctrlKey && event.altKey);
      if (leaves) this.close();
      if (leaves) event.preventDefault();
    });
    handle.addEventListener('click', () => this.open());
    back.addEventListener('click', () => this.close());
  }

  get hasFocus(): boolean {
    return this.#elements.bar.contains(document.activeElement);
  }

  /** Shows the bar and gives it the keyboard. */
  open(): void {
    const { bar } = this.#elements;
    bar.classList.add('shown');
    bar.querySelector<HTMLElement>('button, select')?.focus();
  }

  /** Hides it; the session has the keyboard again. */
  close(): void {
    this.#hide();
    this.#elements.screen.focus({ preventScroll: true });
  }

  #hide(): void {
    this.#elements.bar.classList.remove('shown');
  }

  #moved(event: MouseEvent): void {
    const atEdge = event.clientY <= EDGE_PX && event.buttons === 0;
    const { bar } = this.#elements;
    const isOver = event.target instanceof Node && bar.contains(event.target);
    if (!atEdge && !isOver && !this.hasFocus) this.#hide();
    if (!atEdge) {
      if (this.#dwell !== null) clearTimeout(this.#dwell);
      this.#dwell = null;
    } else this.#dwell ??= setTimeout(() => bar.classList.add('shown'), DWELL_MS);
  }
}
