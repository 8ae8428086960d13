import type { Framebuffer } from '../../native/pixels/index.ts';
import type { Page } from './page.ts';
import type { PageArt } from './page-art.ts';

export interface PagePainterDeps {
  readonly art: PageArt;
  readonly size: () => { readonly width: number; readonly height: number };
  /** Takes the page that is wanted at that moment; the next one is drawn over it. */
  readonly put: (drawn: Framebuffer) => void;
}

/** Draws the page that is wanted, one at a time: of those that come meanwhile only the last. */
export class PagePainter {
  readonly #deps: PagePainterDeps;
  #wanted: Page | null = null;
  /** Of the last page: a screen at 1080p takes 8 MB, and another 8 until it is collected. */
  #screen: Framebuffer | null = null;
  #stale = false;
  #drawing: Promise<void> | null = null;

  constructor(deps: PagePainterDeps) {
    this.#deps = deps;
  }

  get page(): Page | null {
    return this.#wanted;
  }

  /** Resolves when what is wanted is drawn. */
  get drawn(): Promise<void> {
    return this.#drawing ?? Promise.resolve();
  }

  show(page: Page | null): void {
    // The same is said with each try to connect.
    if (page && this.#wanted && JSON.stringify(page) === JSON.stringify(this.#wanted)) return;
    this.#wanted = page;
    if (!page) this.#screen = null;
    this.redraw();
  }

  /** The size is another one. */
  redraw(): void {
    this.#stale = true;
    if (!this.#wanted) return;
    this.#drawing ??= this.#drawWanted().finally(() => {
      this.#drawing = null;
    });
  }

  async #drawWanted(): Promise<void> {
    while (this.#stale && this.#wanted) {
      this.#stale = false;
      const page = this.#wanted;
      const { width, height } = this.#deps.size();
      const drawn = await this.#deps.art.draw(page, width, height, this.#screen);
      if (!this.#wanted) return;
      this.#screen = drawn;
      if (this.#wanted === page && !this.#stale) this.#deps.put(drawn);
    }
  }
}
