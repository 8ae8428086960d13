import type { Framebuffer } from '../../native/pixels/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import { fillScreen } from '../screens/drawing.ts';
import type { Page } from '../screens/page.ts';
import { PageArt } from '../screens/page-art.ts';
import { PagePainter } from '../screens/page-painter.ts';
import { type Size, uprightSize } from './output-info.ts';
import { turnScreen } from './turn.ts';

export interface PageScreensDeps {
  readonly outputs: () => readonly OutputInfo[];
  /** Takes the whole picture of an output, in the order of its memory. */
  readonly put: (output: number, drawn: Framebuffer) => void;
}

/** Pages on all outputs: the primary one has the words, the others the plain ground. */
export class PageScreens {
  readonly #deps: PageScreensDeps;
  readonly #art = new PageArt();
  readonly #painter: PagePainter;

  constructor(deps: PageScreensDeps) {
    this.#deps = deps;
    this.#painter = new PagePainter({
      art: this.#art,
      size: () => this.#size,
      put: (drawn) => this.#put(drawn),
    });
  }

  /** The one that is wanted. */
  get page(): Page | null {
    return this.#painter.page;
  }

  /** Resolves when what is wanted is drawn. */
  get drawn(): Promise<void> {
    return this.#painter.drawn;
  }

  show(page: Page | null): void {
    this.#painter.show(page);
  }

  /** The outputs are others. */
  redraw(): void {
    this.#painter.redraw();
  }

  /** Gets ready to show pages without delay. */
  prepare(): Promise<void> {
    const { width, height } = this.#size;
    return this.#art.prepare(width, height);
  }

  get #size(): Size {
    const [primary] = this.#deps.outputs();
    return primary ? uprightSize(primary) : { width: 1, height: 1 };
  }

  #put(drawn: Framebuffer): void {
    const [primary, ...others] = this.#deps.outputs();
    if (primary) this.#deps.put(primary.id, turnScreen(drawn, primary.transform));
    for (const { id, widthPx, heightPx } of others)
      this.#deps.put(id, fillScreen(NO_BLOCK, widthPx, heightPx));
  }
}

const NO_BLOCK = { width: 0, height: 0, bytes: new Uint8Array(0) };
