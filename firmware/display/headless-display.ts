import type { Framebuffer } from '../../native/pixels/index.ts';
import type { Page } from '../screens/page.ts';
import { PageArt } from '../screens/page-art.ts';
import { PagePainter } from '../screens/page-painter.ts';
import type { Display } from './display.ts';
import type { NativePicture } from './native-picture.ts';

/** A display in memory: what it shows can be read back, nobody looks at it. */
export class HeadlessDisplay implements Display {
  size: { width: number; height: number };
  readonly hostKeyboard = null;
  readonly #art = new PageArt();
  readonly #painter: PagePainter;
  #session: Framebuffer | null = null;
  #page: Framebuffer | null = null;

  constructor(size: { width: number; height: number }) {
    this.size = size;
    this.#painter = new PagePainter({
      art: this.#art,
      size: () => this.size,
      put: (drawn) => {
        this.#page = drawn;
      },
    });
  }

  present(
    picture: NativePicture,
    _damage: Int32Array,
    onPresented: (timeNs: number) => void,
  ): void {
    this.#session = picture.framebuffer;
    onPresented(Number(process.hrtime.bigint()));
  }

  showPage(page: Page | null): void {
    if (!page) this.#page = null;
    this.#painter.show(page);
  }

  blank(): void {
    this.#session = null;
  }

  async look(): Promise<Framebuffer | null> {
    await this.#painter.drawn;
    return this.shown;
  }

  /** What a person would see; null for the dark. */
  get shown(): Framebuffer | null {
    return this.#painter.page ? this.#page : this.#session;
  }

  resize(width: number, height: number): void {
    this.size = { width, height };
    this.#painter.redraw();
  }

  prepare(): Promise<void> {
    return this.#art.prepare(this.size.width, this.size.height);
  }

  setCursor(): void {}
  close(): void {}
}
