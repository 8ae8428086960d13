import type { Framebuffer } from '../../native/pixels/index.ts';
import type { OutputInfo } from '../../protocol/generated/control.ts';
import { drawBanner, emOf, fillScreen, type Picture32 } from '../screens/drawing.ts';
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
  #words: string | null = null;
  #note: Picture32 | null = null;

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

  /** Words across the foot of every page; null: none. */
  setNote(words: string | null): void {
    if (words === this.#words) return;
    this.#words = words;
    void this.#drawNote(words);
  }

  /** The outputs are others. */
  redraw(): void {
    this.#painter.redraw();
    if (this.#words !== null) void this.#drawNote(this.#words);
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

  async #drawNote(words: string | null): Promise<void> {
    const { width, height } = this.#size;
    const px = Math.round(emOf(width, height) * NOTE_EMS);
    const note = words === null ? null : await drawBanner(words, width, px);
    if (words !== this.#words) return;
    this.#note = note;
    this.#painter.redraw();
  }

  #put(drawn: Framebuffer): void {
    const [primary, ...others] = this.#deps.outputs();
    if (this.#note) putAtFoot(drawn, this.#note);
    if (primary) this.#deps.put(primary.id, turnScreen(drawn, primary.transform));
    for (const { id, widthPx, heightPx } of others)
      this.#deps.put(id, fillScreen(NO_BLOCK, widthPx, heightPx));
  }
}

/** Of a note made for a wider screen, its middle. */
function putAtFoot(screen: Framebuffer, note: Picture32): void {
  const width = Math.min(screen.width, note.width);
  const [left, cut] = [(screen.width - width) >> 1, (note.width - width) >> 1];
  const top = Math.max(0, screen.height - note.height);
  for (let y = 0; y < Math.min(note.height, screen.height); y++) {
    const from = (y * note.width + cut) * 4;
    screen.bytes.set(
      note.bytes.subarray(from, from + width * 4),
      ((top + y) * screen.width + left) * 4,
    );
  }
}

const NOTE_EMS = 0.45;
const NO_BLOCK = { width: 0, height: 0, bytes: new Uint8Array(0) };
